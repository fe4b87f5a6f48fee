/** Why a wait is given up whose end nobody needs: made once, as an abort without a reason makes an error with a stack each time (7 µs). */
export const NO_LONGER_AWAITED = new Error('no longer awaited');
