import type Modeler from 'bpmn-js/lib/Modeler';
import type { Finding } from '../useModels';
import { part } from './diagram';

const OVERLAY = 'report';
const MARKERS = ['report-error', 'report-warning'];

/** Mark what the deployment report names: an outline and a sign with the number of findings. */
export function mark(modeler: Modeler, findings: readonly Finding[], describe: (finding: Finding) => string): void {
  const registry = part(modeler, 'elementRegistry');
  const canvas = part(modeler, 'canvas');
  const overlays = part(modeler, 'overlays');
  overlays.remove({ type: OVERLAY });
  for (const shape of registry.getAll()) for (const marker of MARKERS) canvas.removeMarker(shape.id, marker);
  for (const [id, found] of byElement(findings)) {
    const shape = registry.get(id);
    if (shape === undefined || shape.type === 'bpmn:Process' || shape.type === 'bpmn:Collaboration') continue;
    const isError = found.some((finding) => finding.severity === 'error');
    canvas.addMarker(id, isError ? 'report-error' : 'report-warning');
    overlays.add(id, OVERLAY, { position: { top: -12, right: 12 }, html: signOf(found, isError, describe) });
  }
}

function signOf(found: readonly Finding[], isError: boolean, describe: (finding: Finding) => string): HTMLElement {
  const sign = document.createElement('div');
  sign.className = isError ? 'report-sign is-error' : 'report-sign';
  sign.textContent = `${isError ? '✕' : '!'}${found.length > 1 ? ` ${found.length}` : ''}`;
  sign.title = found.map(describe).join('\n');
  return sign;
}

function byElement(findings: readonly Finding[]): Map<string, Finding[]> {
  const found = new Map<string, Finding[]>();
  for (const finding of findings) {
    if (finding.element_id === null) continue;
    found.set(finding.element_id, [...(found.get(finding.element_id) ?? []), finding]);
  }
  return found;
}
