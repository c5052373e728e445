using System.Globalization;

namespace ReuseBench.Core.Cells;

/// <summary>
/// How many requests one connection carries: <c>connect</c> (one), <c>churn:N</c> (N) or <c>keepalive</c> (all of them).
/// </summary>
/// <param name="RequestsPerConnection">1 for connect, N for churn, 0 (no limit) for keepalive.</param>
public readonly record struct Workload(int RequestsPerConnection)
{
    private const string ChurnPrefix = "churn:";

    public static Workload Connect => new(1);

    public static Workload Keepalive => new(0);

    public bool IsKeepalive => RequestsPerConnection == 0;

    public bool IsConnect => RequestsPerConnection == 1;

    /// <exception cref="UsageException">Not a workload.</exception>
    public static Workload Parse(string text, string what) => text switch
    {
        "connect" => Connect,
        "keepalive" => Keepalive,
        _ when text.StartsWith(ChurnPrefix, StringComparison.Ordinal)
            && int.TryParse(text.AsSpan(ChurnPrefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out int requests)
            && requests >= 2 => new Workload(requests),
        _ => throw new UsageException($"{what}: '{text}' is unknown; use connect, keepalive or churn:N with N of 2 or more"),
    };

    public override string ToString() => RequestsPerConnection switch
    {
        0 => "keepalive",
        1 => "connect",
        int requests => $"{ChurnPrefix}{requests}",
    };
}
