import type Modeler from 'bpmn-js/lib/Modeler';
import type { Moddle } from './panel/moddle';
import { collaborationOf, list, type Reader, withPools } from './pools';

const DRAWN = /<(?:[\w-]+:)?BPMNShape[\s>]/;

/** The file with a drawing, when it has none of its own: laid out here, by a library that is only fetched then. */
export async function laidOut(modeler: Modeler, text: string): Promise<{ xml: string; isLaidOut: boolean }> {
  if (DRAWN.test(text)) return { xml: text, isLaidOut: false };
  const { layoutProcess } = await import('bpmn-auto-layout');
  const moddle = modeler.get<Reader>('moddle');
  const { xml, hasPools } = await linked(moddle, text);
  return { xml: await (hasPools ? withPools(moddle, xml, layoutProcess) : layoutProcess(xml)), isLaidOut: true };
}

/** The layout goes by what elements list as coming in and going out, which files without a drawing often leave away. */
async function linked(moddle: Reader, text: string): Promise<{ xml: string; hasPools: boolean }> {
  const { rootElement } = await moddle.fromXML(text);
  for (const process of list(rootElement, 'rootElements')) if (process.$type === 'bpmn:Process') link(process);
  return { xml: (await moddle.toXML(rootElement)).xml, hasPools: collaborationOf(rootElement) !== undefined };
}

function link(scope: Moddle): void {
  for (const each of list(scope, 'flowElements')) {
    if (each.$type === 'bpmn:SequenceFlow') {
      add(each.get('sourceRef') as Moddle | undefined, 'outgoing', each);
      add(each.get('targetRef') as Moddle | undefined, 'incoming', each);
    } else link(each);
  }
}

function add(node: Moddle | undefined, name: string, flow: Moddle): void {
  const flows = node && list(node, name);
  if (flows && !flows.includes(flow)) flows.push(flow);
}
