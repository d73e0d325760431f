import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';
import { anyId } from './anyId.ts';
import { formEditorTexts } from './formEditorTexts.ts';
import { slimPanel } from './slimPanel.ts';

/** Two entries: the application for the house, and a slim one for customers that never loads Ant Design. */
export default defineConfig({
  plugins: [react(), anyId(), formEditorTexts(), slimPanel()],
  resolve: { dedupe: ['flatpickr', 'diagram-js', 'bpmn-moddle', 'react', 'react-dom'] },
  server: { proxy: { '/api': 'http://127.0.0.1:8000' } },
  build: {
    target: 'es2022',
    manifest: true,
    chunkSizeWarningLimit: 2500,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: { input: { app: 'index.html', customer: 'customer.html' } },
  },
});
