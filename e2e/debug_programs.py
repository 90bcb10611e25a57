"""Programs that people debug in the browser; those of tests/executor say what each debugger can."""

SUM = """\
def add(total, number):
    added = total + number
    return added


total = 0
for number in [3, 4, 5]:
    total = add(total, number)
name = input("Who? ")
print(f"{name}: {total}")
"""
