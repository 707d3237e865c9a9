import assert from 'node:assert/strict';

/** Fails unless a call of nano rejects as CouchDB's users know it: by status, `error`, and `reason` where one is given. */
export async function refused(call, statusCode, error, reason) {
  await assert.rejects(call, (thrown) => {
    assert.deepEqual([thrown.statusCode, thrown.error], [statusCode, error]);
    assert.equal(thrown.message, thrown.reason);
    assert.ok(reason === undefined || thrown.reason === reason, thrown.reason);
    return true;
  });
}
