/** What the columns of files from programs for stock and accounts probably mean. */
import type { ImportMapping } from '@cartwright/contracts';
import { expect, it } from 'vitest';
import { suggestMapping } from './suggested-mapping.ts';

/** The suggestion for a file with these names of columns and one row of values. */
const suggest = (names: string, values: string): ImportMapping => {
  const cells = values.split(';');
  return suggestMapping(names.split(';').map((name, i) => ({ name, samples: cells[i] ? [cells[i]] : [] })));
};

it.each<[string, string, string, ImportMapping['columns']]>([
  [
    'a price list',
    'Article;Designation;Description long;Price EUR;Units;EAN13',
    'B-1;Bag;A bag of linen;12,50;3;4006381333931',
    { sku: 'Article', name: 'Designation', description: 'Description long', price: 'Price EUR', stock: 'Units', barcode: 'EAN13' },
  ],
  [
    'Business Central',
    'No.;Description;Base Unit of Measure;Inventory;Unit Cost;Unit Price;Item Category Code;Vendor No.;GTIN',
    '1896-S;ATHENS Desk;PCS;4;780.70;1,000.80;TABLE;10000;4006381333931',
    { sku: 'No.', name: 'Description', stock: 'Inventory', cost: 'Unit Cost', price: 'Unit Price', barcode: 'GTIN' },
  ],
  [
    'SAP',
    'Material;Material description;Material group;EAN/UPC;Gross weight (kg);Sales price;Stock quantity;Base unit',
    '100-100;Casing;Metal;4006381333931;1.2;9.90;7;ST',
    {
      sku: 'Material',
      name: 'Material description',
      category: 'Material group',
      barcode: 'EAN/UPC',
      weight: 'Gross weight (kg)',
      price: 'Sales price',
      stock: 'Stock quantity',
    },
  ],
  [
    'Odoo',
    'Internal Reference;Name;Sales Price;Cost;Product Category;Barcode;Quantity On Hand;Forecasted Quantity;Unit of Measure',
    'FURN-1;Desk;85.00;78.00;Office;601647855631;16;20;Units',
    {
      sku: 'Internal Reference',
      name: 'Name',
      price: 'Sales Price',
      cost: 'Cost',
      category: 'Product Category',
      barcode: 'Barcode',
      stock: 'Quantity On Hand',
    },
  ],
  [
    'QuickBooks',
    'Product/Service Name;SKU;Sales Description;Sales Price / Rate;Purchase Cost;Qty on hand;Reorder Point;Income Account',
    'Rock Fountain;RF-1;A fountain;275;125;2;1;Sales',
    {
      sku: 'SKU',
      name: 'Sales Description',
      price: 'Sales Price / Rate',
      cost: 'Purchase Cost',
      stock: 'Qty on hand',
    },
  ],
  [
    'a German program',
    'Artikelnummer;Bezeichnung;Langtext;VK-Preis brutto;EK-Preis;Lagerbestand;Warengruppe;EAN-Code;Hersteller;Größe;Mindestbestand',
    '4711;Kanne;Eine Kanne;19,90;8,00;5;Küche;4006381333931;Acme;L;2',
    {
      sku: 'Artikelnummer',
      name: 'Bezeichnung',
      description: 'Langtext',
      price: 'VK-Preis brutto',
      cost: 'EK-Preis',
      stock: 'Lagerbestand',
      category: 'Warengruppe',
      barcode: 'EAN-Code',
      brand: 'Hersteller',
      option1: 'Größe',
    },
  ],
  [
    'a French program',
    "Référence article;Désignation;Prix de vente TTC;Prix d'achat HT;Stock réel;Famille;Code-barres;Marque;Photo",
    'TH-1;Théière;19,90;8,00;5;Cuisine;4006381333931;Acme;https://images.example/1.jpg',
    {
      sku: 'Référence article',
      name: 'Désignation',
      price: 'Prix de vente TTC',
      cost: "Prix d'achat HT",
      stock: 'Stock réel',
      category: 'Famille',
      barcode: 'Code-barres',
      brand: 'Marque',
      images: ['Photo'],
    },
  ],
  [
    'a Spanish program',
    'Código;Descripción;PVP;Precio de coste;Existencias;Familia;Código de barras;Marca;Peso (kg)',
    'TE-1;Tetera;19,90;8,00;5;Cocina;4006381333931;Acme;0,8',
    {
      sku: 'Código',
      name: 'Descripción',
      price: 'PVP',
      cost: 'Precio de coste',
      stock: 'Existencias',
      category: 'Familia',
      barcode: 'Código de barras',
      brand: 'Marca',
      weight: 'Peso (kg)',
    },
  ],
])('the columns of %s get their meaning', (_, names, values, columns) => {
  expect(suggest(names, values).columns).toEqual(columns);
});

it('no field gets a second column, whatever the names', () => {
  const { columns } = suggest('Item no;Art. No.;Price USD;Price EUR;Retail price;On hand;Qty', 'A1;A2;1;2;3;4;5');
  expect(columns).toEqual({ sku: 'Item no', price: 'Retail price', stock: 'Qty' });
});

it('of names that differ in signs only, the plain one counts', () => {
  expect(suggest('Name;Price;Price %;SKU;SKU #', 'Tea;1;2;A1;7').columns).toEqual({ name: 'Name', price: 'Price', sku: 'SKU' });
  expect(suggest('Name;Price %;Price', 'Tea;2;1').columns).toMatchObject({ price: 'Price' });
});

it('a name that means an article or its number is what its values are, and a column of words is no number', () => {
  expect(suggest('Article;Article no;Price;Stock', 'Tea pot;X-1;1;yes').columns).toEqual({
    name: 'Article',
    sku: 'Article no',
    price: 'Price',
  });
  expect(suggest('Article;Title;Price', 'X-1;Tea pot;1').columns).toEqual({ sku: 'Article', name: 'Title', price: 'Price' });
});

it('names with a word of another subject mean nothing', () => {
  const names = 'Units per pack;Price group;Vendor item no;Country code;Product URL;On order;Weight class;Tax rate;Sales;Line';
  expect(suggest(names, '1;2;3;4;https://shop.example/1;5;6;7;8;9').columns).toEqual({});
});
