/** Recordings as devices create them. */
import { box, mp3, mp4, webm } from './files';

/** A video of a fifth of a second in the structure of an iPhone's, as written by ffmpeg. */
const IPHONE = Buffer.from(
  'AAAAFGZ0eXBxdCAgAAACAHF0ICAAAALLbW9vdgAAAGxtdmhkAAAAAAAAAAAAAAAAAAAD6AAAAMgAAQAAAQAAAAAAAA' +
    'AAAAAAAAEAAAAAAAAAAAAAAAAAAAABAAAAAAAAAAAAAAAAAABAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA' +
    'AgAAAld0cmFrAAAAXHRraGQAAAADAAAAAAAAAAAAAAABAAAAAAAAAMgAAAAAAAAAAAAAAAAAAAAAAAEAAAAAAAAAAA' +
    'AAAAAAAAABAAAAAAAAAAAAAAAAAABAAAAAABAAAAAQAAAAAAAkZWR0cwAAABxlbHN0AAAAAAAAAAEAAADIAAAAAAAB' +
    'AAAAAAHPbWRpYQAAACBtZGhkAAAAAAAAAAAAAAAAAAAoAAAACAB//wAAAAAALWhkbHIAAAAAbWhscnZpZGUAAAAAAA' +
    'AAAAAAAAAMVmlkZW9IYW5kbGVyAAABem1pbmYAAAAUdm1oZAAAAAEAAAAAAAAAAAAAACxoZGxyAAAAAGRobHJ1cmwg' +
    'AAAAAAAAAAAAAAAAC0RhdGFIYW5kbGVyAAAAJGRpbmYAAAAcZHJlZgAAAAAAAAABAAAADHVybCAAAAABAAABDnN0Ym' +
    'wAAACqc3RzZAAAAAAAAAABAAAAmmF2YzEAAAAAAAAAAQAAAABGRk1QAAACAAAAAgAAEAAQAEgAAABIAAAAAAAAAAEM' +
    'TGF2YyBsaWJ4MjY0AAAAAAAAAAAAAAAAAAAAAAAAAAAY//8AAAA0YXZjQwFkAAr/4QAXZ2QACqzZXsBEAAADAAQAAA' +
    'MAKDxIllgBAAZo6+PLIsD9+PgAAAAAEHBhc3AAAAABAAAAAQAAABhzdHRzAAAAAAAAAAEAAAABAAAIAAAAABxzdHNj' +
    'AAAAAAAAAAEAAAABAAAAAQAAAAEAAAAUc3RzegAAAAAAAAARAAAAAQAAABRzdGNvAAAAAAAAAAEAAALvAAAACHdpZG' +
    'UAAAAZbWRhdAAAAA1liIQAP//+92ifAjOZ',
  'base64',
);

const text = (latin1: string) => Buffer.from(latin1, 'latin1');
const handler = (type: string) =>
  box('hdlr', Buffer.concat([Buffer.alloc(8), text(type), Buffer.alloc(12)]));
const track = (type: string) => box('trak', box('mdia', handler(type)));
const brand = (name: string) => box('ftyp', text(`${name}\0\0\0\0`));
const content = box('mdat', Buffer.alloc(1_000, 7));
const index = (...types: string[]) => box('moov', Buffer.concat(types.map(track)));
const file = (...boxes: Buffer[]) => Buffer.concat(boxes);
const wide = (type: string, bytes: Buffer) => {
  const head = Buffer.alloc(16);
  head.writeUInt32BE(1);
  head.write(type, 4, 'latin1');
  head.writeBigUInt64BE(BigInt(bytes.length + 16), 8);
  return Buffer.concat([head, bytes]);
};
const untilTheEnd = Buffer.concat([Buffer.alloc(4), text('mdat'), Buffer.alloc(900, 7)]);
const id3 = (flags: number, size: number) =>
  Buffer.concat([text('ID3\x04\0'), Buffer.of(flags, 0, 0, size >> 7, size & 127)]);

export const FIELD_FILMS: readonly [what: string, make: () => Buffer, mime: string][] = [
  ['film of an iPhone', () => IPHONE, 'video/quicktime'],
  [
    'QuickTime film without a brand',
    () => file(box('wide', text('')), content, index('vide')),
    'video/quicktime',
  ],
  [
    'film with free space first',
    () => file(box('free', Buffer.alloc(9)), brand('isom'), content, index('vide')),
    'video/mp4',
  ],
  [
    'MP4 with its index first',
    () => file(brand('mp42'), index('soun', 'vide'), content),
    'video/mp4',
  ],
  [
    'MP4 whose content lasts to the end',
    () => file(brand('isom'), index('vide'), untilTheEnd),
    'video/mp4',
  ],
  [
    'MP4 with a length of 64 bits',
    () => file(brand('isom'), wide('mdat', Buffer.alloc(99)), index('vide')),
    'video/mp4',
  ],
  [
    'MP4 in fragments',
    () =>
      file(
        brand('iso5'),
        index('vide'),
        ...Array.from({ length: 900 }, () => file(box('moof', Buffer.alloc(40)), content)),
      ),
    'video/mp4',
  ],
  ['MP4 padded with zeros', () => Buffer.concat([mp4(), Buffer.alloc(5_003)]), 'video/mp4'],
  ['MP4 with a few zeros behind it', () => Buffer.concat([mp4(), Buffer.alloc(5)]), 'video/mp4'],
  ['3GP of an old phone', () => file(brand('3gp4'), content, index('vide', 'soun')), 'video/mp4'],
  ['film of iTunes', () => file(brand('M4V '), content, index('vide')), 'video/mp4'],
  ['memo of an iPhone', () => file(brand('M4A '), content, index('soun')), 'audio/mp4'],
  [
    'film with text and time tracks',
    () => file(brand('qt  '), content, index('tmcd', 'text', 'soun', 'vide')),
    'video/quicktime',
  ],
  ['WebM', () => webm(), 'video/webm'],
  ['MP3', () => mp3(), 'audio/mpeg'],
  ['MP3 with a tag', () => file(id3(0, 300), Buffer.alloc(300, 7), mp3()), 'audio/mpeg'],
  [
    'MP3 with a tag and its footer',
    () => file(id3(0x10, 300), Buffer.alloc(310, 7), mp3()),
    'audio/mpeg',
  ],
  [
    'MP3 with zeros behind its tag',
    () => file(id3(0, 300), Buffer.alloc(300, 7), Buffer.alloc(1_000), mp3()),
    'audio/mpeg',
  ],
];
