"""The audit itself can fail."""

from tests.crash.ledger import Ledger, audit, make_token

OLD, KEPT, GONE, LATE = (make_token(1, 2, number) for number in range(4))


def ledger() -> Ledger:
    """Typed KEPT, GONE and LATE, deleted GONE; all but LATE was acknowledged."""
    return Ledger({KEPT: 1, GONE: 2, LATE: 4}, {GONE: 3}, sent=4, acknowledged=3)


def test_what_was_acknowledged_is_enough_and_what_was_not_may_be_there() -> None:
    assert not audit(OLD + KEPT, [OLD], [ledger()])
    assert not audit(LATE + KEPT + OLD, [OLD], [ledger()])
    assert ledger().acknowledged_edits() == 3


def test_a_lost_token_is_found() -> None:
    assert audit(OLD, [OLD], [ledger()]).lost == [KEPT]
    assert audit(KEPT, [OLD], [ledger()]).lost == [OLD]


def test_a_deletion_that_was_not_acknowledged_may_have_happened() -> None:
    typed = Ledger({KEPT: 1}, {KEPT: 2}, sent=2, acknowledged=1)
    assert not audit("", [], [typed])
    assert not audit(KEPT, [], [typed])


def test_a_resurrected_token_is_found() -> None:
    assert audit(OLD + KEPT + GONE, [OLD], [ledger()]).resurrected == [GONE]


def test_a_torn_token_is_found_and_one_that_nobody_typed() -> None:
    assert audit(OLD + KEPT + LATE[:5], [OLD], [ledger()]).torn == [LATE[:5]]
    ghost = make_token(9, 9, 9)
    assert audit(OLD + KEPT + ghost, [OLD], [ledger()]).torn == [ghost]


def test_a_token_that_came_twice_is_found() -> None:
    assert audit(KEPT + OLD + KEPT, [OLD], [ledger()]).twice == [KEPT]
