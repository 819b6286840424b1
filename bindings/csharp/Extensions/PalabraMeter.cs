// SPDX-License-Identifier: MIT OR Apache-2.0
using System;
using System.Collections.Generic;
using System.Diagnostics.Metrics;
using System.Globalization;
using System.Linq;

namespace PalabraAI.Extensions;

/// <summary>
/// The figures of a client as instruments of the Meter "PalabraAI". They have the names of <see cref="PalabraClient.GetMetricsText"/>, without
/// "_total", which exporters add.
/// </summary>
internal sealed class PalabraMeter : IDisposable
{
    // A collection asks one instrument after the other: they share a text.
    private static readonly TimeSpan Shared = TimeSpan.FromMilliseconds(200);
    private readonly object access = new();
    private readonly Meter meter = new("PalabraAI", PalabraLibrary.BindingVersion);
    private readonly PalabraClient client;
    private readonly TimeProvider time;
    private ILookup<string, Measurement<double>> values = Array.Empty<string>().ToLookup(name => name, name => default(Measurement<double>));
    private long? read;

    internal PalabraMeter(PalabraClient client, TimeProvider time)
    {
        this.client = client;
        this.time = time;
        string help = "";
        foreach (string line in client.GetMetricsText().Split('\n'))
        {
            string[] words = line.Split(' ', 4);
            if (line.StartsWith("# HELP ", StringComparison.Ordinal))
                help = words[3];
            else if (line.StartsWith("# TYPE ", StringComparison.Ordinal))
                Add(words[2], words[3], help);
        }
    }

    public void Dispose()
    {
        meter.Dispose();
    }

    private void Add(string family, string kind, string help)
    {
        if (kind == "gauge")
        {
            meter.CreateObservableGauge(family, () => Read(family), Unit(family), help);
        }
        else if (kind == "counter")
        {
            string name = family.EndsWith("_total", StringComparison.Ordinal) ? family[..^6] : family;
            meter.CreateObservableCounter(name, () => Read(family), Unit(name), help);
        }
        else
        {
            meter.CreateObservableCounter(family + "_sum", () => Read(family + "_sum"), Unit(family), help);
            meter.CreateObservableCounter(family + "_count", () => Read(family + "_count"), null, help);
        }
    }

    private static string? Unit(string name)
    {
        return name.EndsWith("_seconds", StringComparison.Ordinal) ? "s" : name.EndsWith("_bytes", StringComparison.Ordinal) ? "By" : null;
    }

    private IEnumerable<Measurement<double>> Read(string name)
    {
        lock (access)
        {
            if (read is not long when || time.GetElapsedTime(when) >= Shared)
            {
                try
                {
                    values = Parse(client.GetMetricsText());
                }
                catch (ObjectDisposedException)
                {
                    // The last figures stay, until the meter is gone too.
                }
                read = time.GetTimestamp();
            }
            return values[name];
        }
    }

    private static ILookup<string, Measurement<double>> Parse(string text)
    {
        return text.Split('\n').Where(line => line.Length > 0 && line[0] != '#').Select(Sample).ToLookup(sample => sample.Name, sample => sample.Value);
    }

    /// <summary>A line such as `palabra_sessions_closed_total{product="stt",code="OK"} 3`. No value of a label has a quote or a comma.</summary>
    private static (string Name, Measurement<double> Value) Sample(string line)
    {
        int space = line.LastIndexOf(' ');
        double value = double.Parse(line.AsSpan(space + 1), CultureInfo.InvariantCulture);
        string[] parts = line[..space].TrimEnd('}').Split('{');
        IEnumerable<KeyValuePair<string, object?>> tags = parts.Length < 2
            ? []
            : parts[1].Split(',').Select(label => label.Split('=')).Select(pair => KeyValuePair.Create(pair[0], (object?)pair[1].Trim('"')));
        return (parts[0], new Measurement<double>(value, tags));
    }
}
