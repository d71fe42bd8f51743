"""Tasks as people write them, for the pictures: some done, some long, one from right to left, one with an emoji."""

TITLES: tuple[tuple[str, str, bool], ...] = (
    ("Water the lemon tree", "", True),
    ("Send Grace the photographs from the lake", "The ones with the rowing boat, and the sunset.", False),
    ("Return the library books", "Due on Friday; the red one is still at Grace’s.", True),
    ("Book the dentist", "Not on a Wednesday.", False),
    ("Read the contract for the new flat, above all on notice periods, before calling the landlord", "", False),
    ("Pick a film for Friday 🎬", "Nothing longer than two hours.", False),
    ("שלח לעדה את התמונות מהטיול", "לפני יום שישי", False),
    ("Renew the passport", "Two photographs, the old passport, 37.50 in cash.", False),
    ("Straße fegen", "", True),
    ("Repair the bicycle light", "The cable is loose at the rear.", False),
    ("Draft the talk on engines", "Twenty minutes; begin with the loom.", False),
    ("Thank Charles for the drawings", "", True),
    ("Buy bread, milk and 🍋", "", False),
    ("Cancel the newspaper for August", "Ask whether the library wants ours meanwhile.", False),
    ("Find the key of the cellar", "Last seen on the hook by the door.", False),
    ("Return call: Grace, about the compiler", "", False),
)
"""Title, description and whether it is done."""
DELETED = ("Sell the old desk", "Order a second ladder", "Look for a quieter keyboard")
"""What lies in the bin."""
