import texts from './zh.json';

declare global {
  /** Asked by the form editor for each of its texts (see `formEditorTexts.ts`), some of them only while it is loaded. */
  var formEditorText: ((text: string) => string) | undefined;
}

/** Before the form editor is loaded: say which language it speaks. Another one needs the page anew. */
export function speak(language: string): void {
  const known: Readonly<Record<string, string>> = texts;
  globalThis.formEditorText = language.startsWith('zh') ? (text) => known[text] ?? text : undefined;
}
