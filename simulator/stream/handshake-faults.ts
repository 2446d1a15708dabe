/** Faults that meet a client before it has a connection. */
export class HandshakeFaults {
  /** The TCP connection is taken, the handshake never answered. */
  neverAnswer = false;
  /** The client's address is banned: 403. */
  banned = false;
  pings = true;
}
