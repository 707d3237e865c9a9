// The data set: contacts as applications keep them, with every form a JSON value takes that a client can round trip.

const FIRST = ['Zoë', 'José', 'Jose\u0301', 'Łukasz', '美咲', 'Ольга', 'محمد', 'Anne-Marie', 'D’Arcy', 'Søren', 'अनिता', '😀'];
const LAST = ['Müller', "O'Brien", '北川', 'Ивановна', 'Núñez', 'van der Berg', 'Ng', 'İpek', '𝒳𝓎𝓏', 'Ødegård'];
const TAGS = ['friend', 'work', 'famille', '家族', '👩‍👩‍👧', 'a\u2028b\u2029c', 'tab\tnew\nline', 'quote"back\\slash/', '\u0000\u001f', ''];
const STREETS = ['Hauptstraße', 'Rue de l’Église', 'Main St.', '中央通り', 'شارع'];

// What JSON.stringify prints in every style it has: plain, negative, fraction, exponent, the ends of a double's range.
const NUMBERS = [
  0, 1, -1, 7, 255, 256, -2147483648, 2147483647, 4294967296, Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER,
  0.1, -0.5, 3.141592653589793, 1e-7, 1.5e-10, 5e-324, 2.2250738585072014e-308, 1e21, 1.7976931348623157e308,
  123456789012345680000, 1e300, -1e-300, 0.30000000000000004,
];

// Ids that need care in a path: separators, escapes, the escape sign itself, scripts beyond ASCII.
const ODD_IDS = [
  'with space', 'slash/es', 'a+b', 'percent%2F', 'question?mark', 'hash#tag', 'amp&eq=', 'quote"', 'ключ', '名前',
  '😀', 'e\u0301', '\u00e9', '~tilde', "apostrophe'", 'semi;colon', 'comma,', '..', 'UPPER',
];

function id(index) {
  const number = String(index).padStart(5, '0');
  return index % 10 === 3 ? `contact-${ODD_IDS[Math.floor(index / 10) % ODD_IDS.length]}-${number}` : `contact-${number}`;
}

function address(random) {
  return {
    street: `${random.pick(STREETS)} ${random.between(1, 999)}`,
    zip: String(random.between(0, 99999)).padStart(5, '0'),
    geo: [random.next() * 180 - 90, random.next() * 360 - 180],
    rooms: Array.from({ length: random.below(4) }, (_, floor) => ({ floor, doors: random.below(300) })),
  };
}

/** @returns {object} the contact with that number; equal for equal (state of random, index) */
export function contact(random, index) {
  const first = random.pick(FIRST);
  const last = random.pick(LAST);
  return {
    _id: id(index),
    type: 'contact',
    name: { first, last, full: `${first} ${last}` },
    emails: Array.from({ length: random.below(3) }, (_, i) => `user${index}.${i}@example.org`),
    age: random.between(0, 110),
    balance: random.between(-1000000, 1000000) / 100,
    numbers: random.sample(NUMBERS, random.between(1, 5)),
    active: random.next() < 0.5,
    nothing: null,
    empty: [{}, [], ''],
    tags: random.sample(TAGS, random.below(4)),
    address: address(random),
    '': 'the empty key',
    'ключ "с" кавычками': [random.pick(TAGS)],
    constructor: index % 7 === 0,
    nested: { a: { b: { c: { d: [[[[index]]]] } } }, _id: 'not an id', _rev: null },
  };
}

/** @returns {object[]} `count` contacts, numbered from `from` */
export function contacts(random, count, from = 0) {
  return Array.from({ length: count }, (_, i) => contact(random, from + i));
}
