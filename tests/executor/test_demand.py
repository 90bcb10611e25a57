from executor.demand import BURST_SECONDS, KEEP_SECONDS, Demand


def test_nothing_is_wanted_unasked() -> None:
    assert Demand[str](4).wanted(0) == {}


def test_what_is_expected_or_used_now_and_then_is_wanted_once() -> None:
    demand = Demand[str](4)
    demand.expect("python", 0)
    assert demand.wanted(1) == {"python": 1}
    for use in range(10):
        demand.use("python", use * (BURST_SECONDS + 1))
    assert demand.wanted(100) == {"python": 1}


def test_a_burst_is_prepared_for_while_it_is_remembered() -> None:
    demand = Demand[str](8)
    for use in range(5):
        demand.use("python", use * BURST_SECONDS / 5)
    assert demand.wanted(60) == {"python": 5}
    demand.use("python", KEEP_SECONDS)
    assert demand.wanted(KEEP_SECONDS + BURST_SECONDS) == {"python": 1}


def test_what_nobody_asks_for_is_forgotten() -> None:
    demand = Demand[str](4)
    demand.use("python", 0)
    demand.expect("go", 10)
    assert demand.wanted(KEEP_SECONDS + 1) == {"go": 1}
    demand.forget("go")
    assert demand.wanted(KEEP_SECONDS + 1) == {}


def test_when_not_all_can_be_had_the_latest_come_first() -> None:
    demand = Demand[str](3)
    for use in range(5):
        demand.use("python", use)
    demand.expect("go", 10)
    assert demand.wanted(10) == {"go": 1, "python": 2}
    demand.expect("rust", 11)
    demand.expect("java", 12)
    assert demand.wanted(12) == {"java": 1, "rust": 1, "go": 1}
    assert Demand[str](0).wanted(0) == {}


def test_none_are_wanted_when_none_may_be() -> None:
    demand = Demand[str](0)
    demand.use("python", 0)
    assert demand.wanted(0) == {}
