import { render } from 'solid-js/web';
import { App } from './App.tsx';
import { startCompute } from './compute.ts';

const root = document.getElementById('app');
if (!root) throw new Error('The page has no element #app.');
const compute = startCompute();
render(() => <App compute={compute} />, root);
