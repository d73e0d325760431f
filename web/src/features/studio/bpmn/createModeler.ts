import camundaModdle from 'camunda-bpmn-moddle/resources/camunda.json';
import CamundaBehaviors from 'camunda-bpmn-js-behaviors/lib/camunda-platform';
import {
  BpmnPropertiesPanelModule,
  BpmnPropertiesProviderModule,
  CamundaPlatformPropertiesProviderModule,
} from 'bpmn-js-properties-panel';
import TokenSimulation from 'bpmn-js-token-simulation/lib/modeler';
import Modeler from 'bpmn-js/lib/Modeler';
import Minimap from 'diagram-js-minimap';
import { chinese } from './translation';
import 'bpmn-js/dist/assets/diagram-js.css';
import 'bpmn-js/dist/assets/bpmn-js.css';
import 'bpmn-js/dist/assets/bpmn-font/css/bpmn-embedded.css';
import '@bpmn-io/properties-panel/dist/assets/properties-panel.css';
import 'diagram-js-minimap/assets/diagram-js-minimap.css';
import 'bpmn-js-token-simulation/assets/css/bpmn-js-token-simulation.css';

/** A modeler with everything we execute in its properties panel, in the reader's language. */
export function createModeler(canvas: HTMLElement, panel: HTMLElement, language: string): Modeler {
  return new Modeler({
    container: canvas,
    propertiesPanel: { parent: panel, feelPopupContainer: panel },
    additionalModules: [
      BpmnPropertiesPanelModule,
      BpmnPropertiesProviderModule,
      CamundaPlatformPropertiesProviderModule,
      CamundaBehaviors,
      Minimap,
      TokenSimulation,
      ...(language.startsWith('zh') ? [chinese] : []),
    ],
    moddleExtensions: { camunda: camundaModdle as object },
  });
}
