/** The catalogue of the demo shop: a small shop for products of wood, clay and wool. */
export interface DemoProduct {
  readonly name: string;
  readonly category: string;
  readonly brand: string;
  readonly tags: string[];
  readonly description: string;
  readonly priceCents: number;
  readonly compareAtPriceCents?: number;
  readonly stock: number;
  readonly sizes?: readonly string[];
}

/** The products of the demo shop. */
export const demoProducts: readonly DemoProduct[] = [
  {
    name: 'Oak Serving Board',
    category: 'Kitchen',
    brand: 'Holm & Son',
    tags: ['oak', 'gift'],
    description: 'Cut from one plank of European oak and oiled by hand.',
    priceCents: 4_900,
    stock: 64,
  },
  {
    name: 'Walnut Spoon Set',
    category: 'Kitchen',
    brand: 'Holm & Son',
    tags: ['walnut', 'gift'],
    description: 'Three spoons for stirring, tasting and serving.',
    priceCents: 2_800,
    stock: 120,
  },
  {
    name: 'Stoneware Mug',
    category: 'Kitchen',
    brand: 'Tide Pottery',
    tags: ['stoneware'],
    description: 'Thrown on the wheel, glazed in the colour of fog.',
    priceCents: 2_200,
    stock: 180,
    sizes: ['Small', 'Large'],
  },
  {
    name: 'Linen Apron',
    category: 'Kitchen',
    brand: 'Weft',
    tags: ['linen'],
    description: 'Heavy linen with two pockets and a long tie.',
    priceCents: 5_600,
    stock: 35,
  },
  {
    name: 'Wool Throw',
    category: 'Living',
    brand: 'Weft',
    tags: ['wool', 'winter'],
    description: 'Lambswool from the Outer Hebrides, woven in herringbone.',
    priceCents: 12_900,
    compareAtPriceCents: 15_900,
    stock: 22,
  },
  {
    name: 'Brass Candle Holder',
    category: 'Living',
    brand: 'Forge Row',
    tags: ['brass'],
    description: 'Solid brass that will darken over the years.',
    priceCents: 3_400,
    stock: 75,
  },
  {
    name: 'Terracotta Planter',
    category: 'Garden',
    brand: 'Tide Pottery',
    tags: ['clay', 'outdoor'],
    description: 'Frost-proof, with a hole where it belongs.',
    priceCents: 3_900,
    stock: 48,
    sizes: ['18 cm', '24 cm', '32 cm'],
  },
  {
    name: 'Garden Trowel',
    category: 'Garden',
    brand: 'Forge Row',
    tags: ['steel', 'outdoor'],
    description: 'Forged steel on an ash handle.',
    priceCents: 3_100,
    stock: 18,
  },
  {
    name: 'Ash Folding Stool',
    category: 'Living',
    brand: 'Holm & Son',
    tags: ['ash', 'furniture'],
    description: 'Folds flat, carries a grown person and a book.',
    priceCents: 18_500,
    stock: 22,
  },
  {
    name: 'Merino Socks',
    category: 'Clothing',
    brand: 'Weft',
    tags: ['wool', 'gift'],
    description: 'Fine merino that does not scratch.',
    priceCents: 1_900,
    stock: 240,
    sizes: ['36–39', '40–43', '44–47'],
  },
  {
    name: 'Waxed Canvas Tote',
    category: 'Clothing',
    brand: 'Weft',
    tags: ['canvas'],
    description: 'Waxed against the weather, with leather handles.',
    priceCents: 7_900,
    stock: 31,
  },
  {
    name: 'Numbered Print No. 7',
    category: 'Living',
    brand: 'Tide Pottery',
    tags: ['limited', 'print'],
    description: 'A linocut in an edition of one hundred, signed.',
    priceCents: 9_500,
    stock: 100,
  },
];
