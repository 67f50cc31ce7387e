/** The first script of the console: takes a one-time token out of the address, then shows the pages. */
import { render } from 'preact';
import { tokenOfAddress } from './api/session.ts';
import { App } from './app.tsx';
import './parts/settings.ts';

const offered = tokenOfAddress();
render(<App offered={offered} />, document.getElementById('app')!);
