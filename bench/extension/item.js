/** What the messages carry: about 190 bytes of JSON, small but not trivial, as messages mostly are. */

/** @param {number} id @param {string} [type] */
function item(id, type = 'item') {
  return {
    type,
    id,
    title: `Entry number ${id}`,
    url: `https://example.org/entries/${id}?from=list`,
    tags: ['unread', 'starred'],
    position: { x: id % 640, y: id % 480 },
    seen: id % 2 === 0,
    note: null,
  };
}
