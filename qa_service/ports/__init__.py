"""What the outside must keep: the protocols that adapters implement and use cases call.

Every port has one contract suite in tests/ports, which every adapter and every shipped fake passes.
`hearing` is what measuring needs, `storing` what the service keeps and how its work is queued.
"""

from qa_service.ports.hearing import (
    SAMPLE_RATE,
    SAMPLES_PER_MS,
    AudioReader,
    Embedder,
    Heard,
    HearingProfile,
    ModelFiles,
    ModelSource,
    Progress,
    Recogniser,
    Recording,
    Samples,
    SourceProfile,
    SpeakerEncoder,
    Stretch,
    VoiceDetector,
    never_cancelled,
    silent_progress,
)

__all__ = [
    "SAMPLES_PER_MS",
    "SAMPLE_RATE",
    "AudioReader",
    "Embedder",
    "Heard",
    "HearingProfile",
    "ModelFiles",
    "ModelSource",
    "Progress",
    "Recogniser",
    "Recording",
    "Samples",
    "SourceProfile",
    "SpeakerEncoder",
    "Stretch",
    "VoiceDetector",
    "never_cancelled",
    "silent_progress",
]
