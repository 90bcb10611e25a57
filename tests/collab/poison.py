"""Updates that crash, hang, poison or mislead a server, or the browsers that it passes them on to.

Written as hex of the update, v1 encoding. Where a document is needed it is `honest_document()`.
"""

from typing import Any

from pycrdt import Array, Doc, Map, Text, XmlElement, XmlFragment, XmlText

from collab.varint import varuint

AUTHOR, EDITOR = 1, 2  # the client ids of the honest document


def honest_document() -> list[bytes]:
    """A small workspace and everything else that a Yjs application may put into a document."""
    first: Doc[Any] = Doc(client_id=AUTHOR)
    with first.transaction():
        first.get("files", type=Map)["f1"] = Map({"path": "main.py", "text": Text("print('hi')\n")})
        first.get("settings", type=Map)["entry"] = "main.py"
        first.get("watches", type=Array).extend([1, "two", {"three": [3]}, Array([4, 5])])
        text = first.get("text", type=Text)
        text += "hello 日 world"
        text.format(0, 5, {"bold": True})
        del text[3:5]
    second: Doc[Any] = Doc(client_id=EDITOR)
    second.apply_update(first.get_update())
    before = second.get_state()
    with second.transaction():
        second.get("files", type=Map)["f1"]["text"].insert(3, "abc")
        fragment = second.get("x", type=XmlFragment)
        fragment.children.append(XmlElement("p", {"class": "c"}, [XmlText("t")]))
        second.get("breakpoints", type=Map)["b"] = Map({"line": 1})
        del second.get("breakpoints", type=Map)["b"]
    return [first.get_update(), second.get_update(before)]


# What is refused without a look at any document; beside it, what it does to an unguarded server.
POISON = {
    "a section without blocks": bytes.fromhex("0100bb170000"),  # panics
    "a collected block of length 0": bytes.fromhex("01010001000000"),  # nobody can join any more
    "a clock that wraps": bytes.fromhex("010200ffffffff0f0001000500"),  # panics with the lock held
    "a clock that wraps by deleted content": bytes.fromhex("010200ffffffff0f2101000001000100"),
    "a clock at its end": bytes.fromhex("01012affffffff0f000100"),  # can't be loaded again
    "an empty list of values": bytes.fromhex("0101000022010000000000"),  # can't be loaded again
    "an empty text": bytes.fromhex("01010500040104746578740000"),
    "values nested too deep": b"\x01\x01\x05\x00\x08\x01\x01t\x01"
    + b"\x75\x01" * 30_000
    + b"\x7e\x00",
    "objects nested too deep": b"\x01\x01\x05\x00\x08\x01\x01t\x01"
    + b"\x76\x01\x00" * 20_000
    + b"\x7e\x00",
    "values nested too deep for yjs": b"\x01\x01\x05\x00\x08\x01\x01t\x01"
    + b"\x75\x01" * 8_000
    + b"\x7e\x00",
    "a count of clients that reserves memory": bytes.fromhex("ffffff1f00"),
    "a count of clients that reserves memory, longer": bytes.fromhex("80808020"),
    "a count of blocks that reserves memory": bytes.fromhex("01ffffff7f0500"),
    "a count of values that reserves memory": bytes.fromhex("010105000801017affffffff0700"),
    "a count of entries that reserves memory": bytes.fromhex("010105000801017a0176ffffff7f00"),
    "a count of deletions that reserves memory": bytes.fromhex("00ffffffff07"),
    "a text longer than its update": bytes.fromhex("010105000401017affffffff0761"),
    "a number without end": b"\xff" * 100_000,  # minutes, by arithmetic on a huge integer
    "a client id without end": b"\x01\x01" + b"\xff" * 100_000,
    "a client id that no float holds": bytes.fromhex(
        "0101ffffffffffffffff7f00040104746578740161" + "00"
    ),
    "bytes after the end": bytes.fromhex("000000"),
    "an end within a block": bytes.fromhex("010105000401"),
    "nothing at all": b"",
    "text that is not UTF-8": bytes.fromhex("010105000401017402c32800"),
    "text with an encoded surrogate": bytes.fromhex("010105000401017403eda08000"),
    "two sections of one client": bytes.fromhex("0201050004010174016101050004010174016200"),
    "content of an unknown kind": bytes.fromhex("010100000b01016100"),
    "an unknown shared type": bytes.fromhex("0101050027010874657374696e677301780800"),
    "a link to other content": bytes.fromhex("01010500270101740178070001010000"),
    "a parent of an unknown kind": bytes.fromhex("0101050004020174016100"),
    "an embed that is not JSON": bytes.fromhex("0101050005010174027b2200"),
    "an embed nested too deep": bytes.fromhex("0101050005010174")
    + varuint(40_000)
    + b"[" * 20_000
    + b"]" * 20_000
    + b"\x00",
    "a collected block with flags": bytes.fromhex("01010500200100"),
    "a deletion of nothing": bytes.fromhex("0001050100" + "00"),
    "a deletion past all clocks": bytes.fromhex("00010501008080808008"),  # ten bytes empty a text
}

# What rests on content that is not here. yrs keeps or shows it, yjs does not; text is lost later.
GAPS = {
    "content of a client that starts late": bytes.fromhex("0101050a04010174016100"),
    "a hole that is skipped": bytes.fromhex("010205000a0504010174016100"),
    "content after something unknown": bytes.fromhex("0101050084090001" + "6100"),
    "content before something unknown": bytes.fromhex("010105004409000161" + "00"),
    "content in something unknown": bytes.fromhex("01010500040009000161" + "00"),
    "a deletion of what will be typed": bytes.fromhex(
        "00010501" + "0064"
    ),  # vanishes as it is typed
    "deletions in a document that lacks them": bytes.fromhex("0001ffffffff0f010001"),
}

# State vectors that no reader may take at their word.
STATE_VECTORS = {
    "a count that reserves memory": bytes.fromhex("8080804001"),
    "a number without end": b"\xff" * 100_000,
    "a client id without end": b"\x01" + b"\xff" * 100_000,
    "bytes after the end": bytes.fromhex("0000"),
    "nothing at all": b"",
}

# What an editor of the honest document may send one after the other, though no honest one would.
# yrs takes these; the comment says what comes of it.
HARMFUL = {
    # Stock clients throw while they apply it, every time they join.
    "a subdocument without options": ["010102090901017a01617e00"],
    "a subdocument with undefined options": ["010102090901017a01617f00"],
    "an integer that no float holds": ["010102090801017a017dffffffffffffffff7f00"],
    "a map's value after itself": ["01010208c802070207037e7701007f00"],
    # Another text in yjs, or after the next load.
    "two sections of deletions of one client": ["00020101050101010301"],
    "content between a unit and itself": ["01010209c401050105016100"],
    # Deletions in disorder are lost when a tick's updates are merged for the others.
    "deletions in disorder": ["000101030c0516010201", "01010209410202010101010d01"],
    # yjs collects the first and yrs shows it.
    "content between a collected unit and a living one": ["01010209c402080105016100"],
    # Lands elsewhere when it arrives in another order.
    "content between units in the wrong order": ["01010125c4010d010702c3a90101011101"],
    "content between units in the wrong order, one deleted": ["01010125c4010d010f017800"],
    # The encoded state can't be loaded.
    "a text where a map's value was": [
        "0101020864012004f09f988000",
        "01020300e4012302040361620a000300",
    ],
    # Reading the settings or files raised KeyError.
    "a mark as a map's value": ["0101020926010873657474696e6773017804626f6c64013100"],
    "a mark in place of a map's value": ["01010209a6010f04626f6c64013100"],
    "a mark in place of a file": ["01010125a6010004626f6c64055b5b315d5d00"],
    # The log could not be replayed in one transaction.
    "a shared type in a plain value": ["0101040043020203eae1970102010302", "01010300070002040400"],
    # In one place when it comes alone, in another in the encoded state.
    "content before what was not the first": ["010104004702010100", "0101808080801000a40200016100"],
    "content after what was not the last": ["01010125a80124017900", "0101020887010d010102010001"],
}

# What repeats known content in another version, and does no harm without it.
REPEATING = {
    # yjs throws: it goes on a collected unit in a list that another client has not collected.
    "content that begins with known units of another kind": [
        "000102010205",
        "01010208a402060661f09f98806200",
    ],
    # yjs waits for ever for what the known unit rests on.
    "a known unit that rests on something unknown": [
        "01010122c703000108030170020201060101011e02",
    ],
}
