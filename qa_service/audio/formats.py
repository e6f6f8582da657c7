"""Which files are taken: containers by their demuxer, headerless files by their codec. Standard library only."""

from __future__ import annotations

import codecs
from typing import Final

#: Demuxers that may look at a stranger's file (decisions.md 30). None of them opens a second file.
DEMUXERS: Final = (
    "wav,w64,mp3,flac,ogg,mov,mp4,m4a,3gp,amr,aac,asf,g722,g723_1,g726,gsm,au,aiff,caf,matroska,webm"
)

#: What people call these, for the error message.
FORMATS: Final = (
    "WAV (PCM, G.711, ADPCM, GSM), W64, MP3, M4A/AAC, OGG (Opus, Vorbis, Speex), FLAC, WMA, AMR, 3GP, "
    "AU, AIFF, CAF, WebM/MKV, MOV, G.722"
)

#: Codecs a source profile may name for headerless files, with the raw demuxer that reads them;
#: OKI ADPCM has none and is fed to its decoder as it comes.
RAW_DEMUXERS: Final = {
    "adpcm_ima_oki": "",
    "g722": "g722",
    "g726": "g726",
    "g726le": "g726le",
    "pcm_alaw": "alaw",
    "pcm_mulaw": "mulaw",
    "pcm_s16be": "s16be",
    "pcm_s16le": "s16le",
    "pcm_u8": "u8",
}

#: Endings of files that carry no header: only a source profile can say what they hold.
HEADERLESS: Final = frozenset({".al", ".alaw", ".pcm", ".raw", ".ul", ".ulaw", ".vox"})

#: Endings of recordings with a header, and of two legs in one file.
ENDINGS: Final = frozenset({
    ".3gp", ".aac", ".aif", ".aifc", ".aiff", ".amr", ".asf", ".au", ".awb", ".caf", ".flac", ".g722", ".g723",
    ".g726", ".gsm", ".m4a", ".mka", ".mkv", ".mov", ".mp3", ".mp4", ".oga", ".ogg", ".opus", ".snd", ".spx", ".w64",
    ".wav", ".wave", ".weba", ".webm", ".wma", ".zip",
})  # fmt: skip

#: Demuxers that only count frames: after a hole their time stamps go on as if nothing were missing.
COUNTING: Final = frozenset({"aac", "amr", "g722", "g723_1", "g726", "g726le", "gsm", "mp3"})

#: The agent and the customer; which two of more to keep is not ours to guess.
MAX_CHANNELS: Final = 2

_MAGIC = (
    (0, b"RIFF"), (0, b"RIFX"), (0, b"RF64"), (0, b"riff"), (0, b"ID3"), (0, b"fLaC"), (0, b"OggS"),
    (4, b"ftyp"), (4, b"moov"), (4, b"mdat"), (0, b"#!AMR"), (0, b"FORM"), (0, b"caff"), (0, b".snd"),
    (0, b"\x1aE\xdf\xa3"), (0, b"0&\xb2u"),
)  # fmt: skip

#: How frames of MP3 and AAC begin that stand in no container.
_FRAMES = frozenset({b"\xff\xfb", b"\xff\xfa", b"\xff\xf3", b"\xff\xf2", b"\xff\xf1", b"\xff\xf9"})

_PLAYLISTS = (b"ffconcat", b"#extm3u", b"[playlist]", b"<asx", b"[reference]", b"#ext-x-")
_MANIFESTS = (b"<mpd", b"<smoothstreamingmedia", b"<playlist", b"<smil")


def has_audio_magic(head: bytes) -> bool:
    """Whether a file begins like one of ours, so that failing to open it means damage."""
    return any(head[at : at + len(magic)] == magic for at, magic in _MAGIC)


def is_recording(ending: str, head: bytes) -> bool:
    """Whether a file may be a recording, by the ending of its name or by how it begins.

    >>> is_recording(".WAV", b""), is_recording(".dat", b"OggS"), is_recording(".txt", b"notes")
    (True, True, False)
    """
    return ending.lower() in ENDINGS | HEADERLESS or has_audio_magic(head) or head[:2] in _FRAMES


def is_playlist(head: bytes) -> bool:
    """Whether a file is a text that points to other files or streams (concat, HLS, PLS, SDP, DASH).

    >>> is_playlist(b"ffconcat version 1.0"), is_playlist(b"RIFF....WAVE")
    (True, False)
    """
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if text.startswith(_PLAYLISTS):
        return True
    if text.startswith(b"v=0") and b"\nm=" in text:
        return True
    return text.startswith(b"<") and any(mark in text for mark in _MANIFESTS)


def is_text(head: bytes) -> bool:
    """Whether these bytes are plain text (UTF-8 without control characters), whatever the ending says.

    A character cut in half at the end does not count against it.
    """
    try:
        text = codecs.getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError:
        return False
    return bool(text) and all(char.isprintable() or char in "\r\n\t\f\ufeff" for char in text)
