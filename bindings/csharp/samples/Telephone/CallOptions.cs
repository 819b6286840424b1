namespace Telephone;

/// <summary>The section "Telephone" of the configuration: environment variables such as Telephone__Target=fr set it too.</summary>
public sealed class CallOptions
{
    /// <summary>What callers speak.</summary>
    public string Source { get; set; } = "en";

    /// <summary>What they hear.</summary>
    public string Target { get; set; } = "es";
}
