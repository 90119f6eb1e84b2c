// HTML that cannot be injected into: `html` escapes every value that stands in it, wherever it comes from; only what
// `html` made itself passes as it is. The page accepts nothing but that type, so forgetting to escape does not compile.
// Attribute values must stand in double quotes, and no value may stand in a tag or attribute name, a script or a style.

/** Markup that was made by `html`. */
export class Html {
  readonly #text: string;

  private constructor(text: string) {
    this.#text = text;
  }

  /** Of a template in this code, with its values escaped. */
  static of(parts: readonly string[], values: readonly HtmlValue[]): Html {
    let text = parts[0] ?? '';
    for (const [index, value] of values.entries()) text += Html.#markup(value) + (parts[index + 1] ?? '');
    return new Html(text);
  }

  /** A style or script of this code, as it is: what stands in these elements cannot be escaped. */
  static embedded(element: 'style' | 'script', text: string): Html {
    if (/<[/!]/.test(text)) throw new Error(`expected a ${element} without "</" and "<!"`);
    return new Html(`<${element}>${text}</${element}>`);
  }

  static #markup(value: HtmlValue): string {
    if (value === undefined || value === null || value === false) return '';
    if (value instanceof Html) return value.#text;
    if (typeof value === 'string' || typeof value === 'number') return escaped(String(value));
    return value.map(Html.#markup).join('');
  }

  toString(): string {
    return this.#text;
  }
}

/** What may stand in a template; undefined, null and false leave nothing, lists their members one after the other. */
export type HtmlValue = string | number | undefined | null | false | Html | readonly HtmlValue[];

/** The tag: html`<b>${title}</b>`. */
export function html(parts: TemplateStringsArray, ...values: HtmlValue[]): Html {
  return Html.of(parts, values);
}

const ESCAPES: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
  '`': '&#96;',
};

/** Control characters have no place in HTML, and marks of writing direction would turn the text around them. */
const UNWANTED = /(?![\n\t])\p{Cc}|[\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/gu;

function escaped(text: string): string {
  return text
    .toWellFormed()
    .replace(UNWANTED, '')
    .replace(/[&<>"'`]/g, (sign) => ESCAPES[sign] as string);
}
