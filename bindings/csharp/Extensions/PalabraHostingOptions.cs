// SPDX-License-Identifier: MIT OR Apache-2.0
using System;

namespace PalabraAI.Extensions;

/// <summary>What a hosted program does with its client.</summary>
public sealed class PalabraHostingOptions
{
    /// <summary>
    /// How long the program waits, when it stops, until all sessions and calls are disposed of; then they are closed. The limit of the
    /// host (ShutdownTimeout) holds too. 20 s by default.
    /// </summary>
    public TimeSpan DrainTimeout { get; set; } = TimeSpan.FromSeconds(20);

    /// <summary>Lines of the library up to this level go to the logger "PalabraAI"; null: none. Info by default.</summary>
    public PalabraLogLevel? LogLevel { get; set; } = PalabraLogLevel.Info;

    /// <summary>How long an answer of the health check holds: the service is asked no more often. 30 s by default.</summary>
    public TimeSpan HealthCacheTime { get; set; } = TimeSpan.FromSeconds(30);
}
