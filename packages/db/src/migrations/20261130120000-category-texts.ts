/** Adds a picture and texts for search engines to categories. */
import { Migration } from '@mikro-orm/migrations';

export class CategoryTexts extends Migration {
  override up(): void {
    this.addSql(
      `alter table "categories" add "seo_title" text null, add "seo_description" text null, add "image_url" text null, add "image_alt_text" text not null default '';`,
    );
  }
}
