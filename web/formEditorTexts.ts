import type { Plugin } from 'vite';
import chinese from './src/features/studio/form/zh.json' with { type: 'json' };

const EDITOR = '/@bpmn-io/form-js-editor/dist/index.es.js';
const NESTED_VIEWER = '/@bpmn-io/form-js-editor/node_modules/@bpmn-io/form-js-viewer/dist/index.es.js';
const NOTHING_CHOSEN = "valueLabel || 'Select'";
const LITERAL = /\b(label|title|placeholder|tooltip|description|children|name): (['"])([^'"\\\n]+)\2/g;

/**
 * Let the form editor, which has no way to translate it, ask for its texts: each literal of `form/zh.json` becomes a
 * call of `globalThis.formEditorText` (`features/studio/form/texts.ts`). A text that the library no longer says fails
 * the build, so that an upgrade is looked at.
 */
export function formEditorTexts(): Plugin {
  const texts = new Set(Object.keys(chinese));
  const seen = new Set<string>();
  return {
    name: 'form-editor-texts',
    enforce: 'pre',
    transform(code, id) {
      const file = id.split('?')[0]?.replaceAll('\\', '/') ?? '';
      if (!file.endsWith(EDITOR) && !file.endsWith(NESTED_VIEWER)) return null;
      const asked = code.replaceAll(LITERAL, (whole, member: string, _quote: string, text: string) => {
        if (!texts.has(text)) return whole;
        seen.add(text);
        const said = JSON.stringify(text);
        return `${member}: (globalThis.formEditorText?.(${said}) ?? ${said})`;
      });
      if (asked.includes(NOTHING_CHOSEN)) seen.add('Select one');
      const chosen = "valueLabel || (globalThis.formEditorText?.('Select one') ?? 'Select')";
      return { code: asked.replaceAll(NOTHING_CHOSEN, chosen), map: null };
    },
    buildEnd(error) {
      const unused = [...texts].filter((text) => !seen.has(text));
      if (!error && unused.length > 0) this.error(`the form editor no longer says: ${unused.join(', ')}`);
    },
  };
}
