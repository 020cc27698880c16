/**
 * The sidebar's tree, and what is selected in it, as the worker uses them. It is a script of its own, loaded once the
 * first rows have been told.
 */

import { selectionMembership } from './membership.js';
import { freshReloads, reloadedMembership } from './reloads.js';
import { TreeNews } from './tree-news.js';

export const tree = { TreeNews, selectionMembership, freshReloads, reloadedMembership };
export type Tree = typeof tree;
