// Libraries of bpmn.io without types of their own; what we use of them is typed where it is used.
declare module '@bpmn-io/properties-panel';
declare module '@bpmn-io/properties-panel/preact/jsx-runtime';
declare module 'bpmn-auto-layout' {
  export function layoutProcess(xml: string): Promise<string>;
}
declare module 'bpmn-js-properties-panel';
declare module 'camunda-bpmn-js-behaviors/lib/camunda-platform';
declare module 'camunda-bpmn-moddle/resources/camunda.json';
declare module 'bpmn-js-token-simulation/lib/modeler';
declare module 'diagram-js-minimap';
declare module 'bpmn-js-i18n-zh/*';
declare module 'bpmn-js-i18n/translations/zn';
declare module 'dmn-js/lib/Modeler';
declare module '@bpmn-io/form-js-editor';
declare module '*?raw' {
  const text: string;
  export default text;
}
