namespace ReuseBench.Reports.Wording;

/// <summary>The groups of micro-benchmarks in the field's words.</summary>
public static class MicroWords
{
    private static readonly Dictionary<string, string> Words = new()
    {
        ["ListenerLifecycle"] = "A listener from socket(2) to close(2), by its reuse options",
        ["GroupJoin"] = "One more listener for a SO_REUSEPORT group, and out again, by the group's members",
        ["AcceptAndClose"] = "From the listen queue to close(2), on the path of each variant",
        ["ClientConnect"] = "A connection of the swarm, handshake included, by source plan and local addresses",
        ["SelectorAttach"] = "Giving a SO_REUSEPORT group another selector, by the group's members",
        ["RequestParse"] = "The responder's parse of one request, by who sent it",
        ["HistogramRecord"] = "One latency into the swarm's histogram",
        ["SourceNext"] = "The next local address and port of a source plan",
    };

    /// <param name="group">As in <c>micro.csv</c>; one that is not known here stands as it is.</param>
    public static string Of(string group) => Words.GetValueOrDefault(group, group);
}
