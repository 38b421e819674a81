import type { Browser } from 'puppeteer-core';
import type { Driver } from './start.mjs';

export declare function openBrowser(): Promise<Browser>;
export declare function driverFor(browser: Browser, url: string): Driver;
