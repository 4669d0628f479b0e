/** An upright picture in memory: interleaved RGB, 8 bits a channel, rows without padding. */
export interface RgbPicture {
  readonly data: Uint8Array;
  readonly width: number;
  readonly height: number;
}
