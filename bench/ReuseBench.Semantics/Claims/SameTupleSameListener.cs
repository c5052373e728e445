using ReuseBench.Semantics.Cases;

namespace ReuseBench.Semantics.Claims;

internal sealed class SameTupleSameListener : IClaim
{
    private const int Members = 4;
    private const int SourcePorts = 16;
    private const int Repeats = 8;

    public string Name => "same-tuple-same-listener";

    public string Sentence => "The same client address and port reaches the same listener";

    public string Source => "Linux 3.9, 'soreuseport' commits; reuseport_select_sock()";

    public ClaimFinding Check(ClaimLab lab) => lab.Script(site =>
    {
        using ReuseportGroup group = ReuseportGroup.Listen(site, Members, ReuseOptions.Reuseport);
        int[] listenersMet = [.. Enumerable.Range(0, SourcePorts).Select(_ => ListenersMet(group, site.NextPort()))];
        int steady = listenersMet.Count(n => n == 1);

        using ReuseportGroup changed = ReuseportGroup.Listen(site, members: 1, ReuseOptions.Reuseport);
        ushort[] ports = [.. Enumerable.Range(0, SourcePorts).Select(_ => site.NextPort())];
        int[] before = [.. ports.Select(p => changed.WhoGetsConnection(p))];
        changed.Join(ReuseOptions.Reuseport);
        bool moved = !ports.Select(p => changed.WhoGetsConnection(p)).SequenceEqual(before);

        string evidence = $"{SourcePorts} source ports, {Repeats} connections each, {Members} listeners: {steady} ports always met the same one"
            + (moved ? "; when a listener joined, some ports met another" : "");
        return steady == SourcePorts && moved
            ? new ClaimFinding(ClaimVerdict.HoldsIf, evidence, "no listener joins or leaves")
            : ClaimFinding.Of(steady == SourcePorts, evidence);
    });

    private static int ListenersMet(ReuseportGroup group, ushort sourcePort) =>
        Enumerable.Range(0, Repeats).Select(_ => group.WhoGetsConnection(sourcePort)).Distinct().Count();
}
