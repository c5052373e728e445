using ReuseBench.Linux;
using ReuseBench.Semantics.Cases;

namespace ReuseBench.Semantics.Claims;

internal sealed class KernelSpreads : IClaim
{
    private const int Members = 4;
    private const int Connections = 400;

    // A fair share is 100, its standard deviation 8.7: half of it is missed by chance once in 10^8.
    private const int AtLeast = Connections / Members / 2;

    public string Name => "kernel-spreads-connections";

    public string Sentence => "The kernel spreads the connections over the listeners of a SO_REUSEPORT group";

    public string Source => "Linux 3.9, 'soreuseport' commits";

    public ClaimFinding Check(ClaimLab lab) => lab.Script(site =>
    {
        using ReuseportGroup group = ReuseportGroup.Listen(site, Members, ReuseOptions.Reuseport);
        int[] got = new int[Members];
        for (int i = 0; i < Connections; i++)
        {
            int who = group.WhoGetsConnection();
            if (who >= 0)
            {
                got[who]++;
            }
        }

        int fair = got.Count(n => n >= AtLeast);
        return ClaimFinding.Of(
            fair == Members, $"{Connections} connections to {Members} listeners: {fair} of them got at least half an even share");
    });
}

internal sealed class SameTupleSameListener : IClaim
{
    private const int Members = 4;
    private const int SourcePorts = 16;
    private const int Repeats = 8;
    private const int None = -1;

    public string Name => "same-tuple-same-listener";

    public string Sentence => "The same client address and port reaches the same listener";

    public string Source => "Linux 3.9, 'soreuseport' commits; reuseport_select_sock()";

    public ClaimFinding Check(ClaimLab lab) => lab.Script(site =>
    {
        using ReuseportGroup group = ReuseportGroup.Listen(site, Members, ReuseOptions.Reuseport);
        int[][] met = [.. Enumerable.Range(0, SourcePorts).Select(_ => ListenersMet(group, site.NextPort()))];
        int steady = met.Count(IsSteady);
        int missed = met.Count(listeners => listeners.Contains(None));

        using ReuseportGroup changed = ReuseportGroup.Listen(site, members: 1, ReuseOptions.Reuseport);
        ushort[] ports = [.. Enumerable.Range(0, SourcePorts).Select(_ => site.NextPort())];
        int[] before = [.. ports.Select(p => Reached(changed, p))];
        changed.Join(ReuseOptions.Reuseport);
        bool moved = !ports.Select(p => Reached(changed, p)).SequenceEqual(before);

        string evidence = $"{SourcePorts} source ports, {Repeats} connections each, {Members} listeners: {steady} ports always met the same one"
            + (missed > 0 ? $", {missed} lost a connection" : "")
            + (moved ? "; when a listener joined, some ports met another" : "");
        return steady == SourcePorts && moved
            ? new ClaimFinding(ClaimVerdict.HoldsIf, evidence, "no listener joins or leaves")
            : ClaimFinding.Of(steady == SourcePorts, evidence);
    });

    /// <summary>Whether all connections of a port met one listener; one that met none is a miss, however often it comes again.</summary>
    internal static bool IsSteady(IReadOnlyCollection<int> listenersMet) =>
        listenersMet.Count > 0 && !listenersMet.Contains(None) && listenersMet.Distinct().Count() == 1;

    private static int[] ListenersMet(ReuseportGroup group, ushort sourcePort) =>
        [.. Enumerable.Range(0, Repeats).Select(_ => group.WhoGetsConnection(sourcePort))];

    /// <exception cref="LinuxException">No listener got the connection: whether a listener that joins moves ports cannot be told.</exception>
    private static int Reached(ReuseportGroup group, ushort sourcePort)
    {
        int who = group.WhoGetsConnection(sourcePort);
        LinuxException.ThrowIfError(who == None ? -ErrnoCode.ETIMEDOUT : 0, "accept", $"a connection from port {sourcePort}");
        return who;
    }
}
