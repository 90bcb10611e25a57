"""A program that draws, with nothing but what Python brings."""

PLOT = """\
import struct, zlib

def chunk(kind, data):
    body = kind + data
    return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))

def plot(path, width=64, height=48):
    rows = b"".join(b"\\0" + bytes([40, 120 + y, 200]) * width for y in range(height))
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    with open(path, "wb") as file:
        file.write(b"\\x89PNG\\r\\n\\x1a\\n" + chunk(b"IHDR", head))
        file.write(chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b""))

plot("plot.png")
with open("numbers.csv", "w") as file:
    file.write("x,y\\n1,2\\n")
with open("page.html", "w") as file:
    file.write("<script>alert(1)</script>")
print("plotted")
"""
