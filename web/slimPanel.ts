import type { Plugin } from 'vite';

const PANEL = '/@bpmn-io/properties-panel/dist/index.esm.js';
const PROVIDERS = '/bpmn-js-properties-panel/dist/index.esm.js';
const UNUSED: Readonly<Record<string, readonly (readonly [said: string, instead: string])[]>> = {
  [PROVIDERS]: [
    ['ZeebePropertiesProvider.$inject = ', ''],
    ['= withVariableContext(withTooltipContainer(', '= /* @__PURE__ */ withVariableContext(/* @__PURE__ */ withTooltipContainer('],
    ['= withProps(', '= /* @__PURE__ */ withProps('],
  ],
  [PANEL]: [
    ['= Annotation.define(', '= /* @__PURE__ */ Annotation.define('],
    ['= jsonParseLinter(', '= /* @__PURE__ */ jsonParseLinter('],
    ['= forwardRef(', '= /* @__PURE__ */ forwardRef('],
    ["this.registerProvider('feel', LOW_PRIORITY, FeelPopup);", ''],
    ["this.registerProvider('feelers', LOW_PRIORITY, FeelPopup);", ''],
  ],
};

/** Imported by the two for what is left out, and does nothing by being imported. */
const QUIET = /\/@bpmn-io\/(extract-process-variables|feel-editor|feelers-editor)\//;

/**
 * Leave out of the diagrams' properties panel what only its provider for Camunda 8 asks for: that provider and the
 * FEEL and JSON editors, 200 kB gzip. The packages are one file each and say of nothing that it may be left out. What
 * is no longer said there fails the build, so that an upgrade is looked at.
 */
export function slimPanel(): Plugin {
  const missing = new Set(Object.values(UNUSED).flat());
  return {
    name: 'slim-panel',
    enforce: 'pre',
    transform(code, id) {
      const file = id.split('?')[0]?.replaceAll('\\', '/') ?? '';
      const [, found] = Object.entries(UNUSED).find(([path]) => file.endsWith(path)) ?? [];
      if (found === undefined) return QUIET.test(file) ? { code, map: null, moduleSideEffects: false } : null;
      let slim = code;
      for (const each of found) {
        const [said, instead] = each;
        if (slim.includes(said)) missing.delete(each);
        slim = slim.replaceAll(said, instead);
      }
      return { code: slim, map: null, moduleSideEffects: false };
    },
    buildEnd(error) {
      const unsaid = [...missing].map(([said]) => said);
      if (!error && unsaid.length > 0) this.error(`the properties panel no longer says: ${unsaid.join(' … ')}`);
    },
  };
}
