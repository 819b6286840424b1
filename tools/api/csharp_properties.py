"""Names of properties in C#."""

import re

from naming import pascal

# Properties whose name is not that of the field without its unit.
RENAMED = {
    ("palabra_input_options", "buffer_ms"): "BufferDuration",
    ("palabra_input_options", "chunk_ms"): "ChunkDuration",
    ("palabra_output_options", "prime_ms"): "PrimeDuration",
    ("palabra_output_options", "buffer_ms"): "BufferDuration",
    ("palabra_output_options", "target_ms"): "TargetDuration",
    ("palabra_original_options", "attack_ms"): "AttackTime",
    ("palabra_original_options", "release_ms"): "ReleaseTime",
    ("palabra_service_queue", "target_ms"): "TargetDuration",
    ("palabra_service_queue", "max_ms"): "MaxDuration",
    ("palabra_stt_config", "auto_finalize_ms"): "AutoFinalizeAfter",
    ("palabra_session_stats", "ready_ms"): "TimeToReady",
    ("palabra_session_stats", "first_audio_ms"): "TimeToFirstAudio",
    ("palabra_session_stats", "input_queue_ms"): "InputQueued",
    ("palabra_session_stats", "service_queue_ms"): "ServiceQueued",
    ("palabra_playout_stats", "buffered_ms"): "Buffered",
    ("palabra_playout_stats", "skipped_ms"): "Skipped",
    ("palabra_call_config", "call_name"): "Name",
    ("palabra_leg_stats", "ready_ms"): "TimeToReady",
    ("palabra_leg_stats", "first_audio_ms"): "TimeToFirstAudio",
    ("palabra_leg_stats", "service_queue_ms"): "ServiceQueued",
}
SHARED_RENAMED = {"session_name": "Name", "event_count": "EventCount"}


def property_name(struct, field):
    """The name of a field's property: its own without the unit, which a TimeSpan does not need."""
    if (struct, field) in RENAMED:
        return RENAMED[struct, field]
    return SHARED_RENAMED.get(field) or pascal(re.sub(r"_(ms|us)$", "", field))


def field_names(structs, struct=None):
    """{field in C: property in C#}, for texts of anything or of a struct's fields."""
    known = {}
    for other in structs.values():
        known |= {entry["name"]: property_name(other["name"], entry["name"]) for entry in other["fields"]}
    # Settings win over statistics of the same name, the struct's own fields over both.
    own = structs[struct]["fields"] if struct else []
    known |= {field: name for (other, field), name in RENAMED.items() if not other.endswith("_stats")}
    known |= {"ready_ms": "Ready"}
    return known | {entry["name"]: property_name(struct, entry["name"]) for entry in own}
