using System.Net;
using System.Text.Json;
using ReuseBench.Bench.Children;
using ReuseBench.Bench.Experiments.Measuring;
using ReuseBench.Bench.Host;
using ReuseBench.Cluster;
using ReuseBench.Core.Cells;
using ReuseBench.Core.Clocks;
using ReuseBench.Core.Hosts;
using ReuseBench.Core.Results;
using ReuseBench.Core.Wire;
using ReuseBench.Linux;

namespace ReuseBench.Bench.Hosted;

/// <summary>
/// Both halves of one attempt on other hosts: prepare all, measure the clocks, start at one instant, silence, results, clocks again, merge. All times of what
/// comes out are in the clock of the server's host.
/// </summary>
internal sealed class HostedSides : ILoadedSides
{
    private const int Pings = 64;

    /// <summary>Beyond the window, for a drain and a document; a swarm has a limit of its own.</summary>
    private static readonly TimeSpan Slack = TimeSpan.FromSeconds(20);

    private readonly Lab _lab;
    private readonly RepeatContext _context;
    private readonly StartLead _lead;
    private readonly IReadOnlyList<LabMember> _clients;
    private readonly RepeatKey _key;
    private readonly int _lost;
    private readonly int _missing;
    private readonly Dictionary<string, ClockBound> _before = [];
    private readonly Dictionary<string, LoadSettings> _shares = [];
    private readonly Dictionary<string, SwarmHalfDocument> _halves = [];
    private readonly Dictionary<string, ClockTrack> _tracks = [];
    private ServerHalfDocument? _serverHalf;
    private double _ownSlewPpm;
    private long _endNs;

    /// <param name="lab">Its hosts.</param>
    /// <param name="context">Of the repeat.</param>
    /// <param name="lead">How long before the start everybody is told of it.</param>
    /// <param name="clients">At least one.</param>
    /// <param name="attempt">From 1.</param>
    /// <param name="lost">Hosts that earlier attempts lost.</param>
    public HostedSides(Lab lab, RepeatContext context, StartLead lead, IReadOnlyList<LabMember> clients, int attempt, int lost)
    {
        _lab = lab;
        _context = context;
        _lead = lead;
        _clients = clients;
        _lost = lost;
        _missing = lab.ClientsWantedBy(context.Cell) - clients.Count;
        _key = new RepeatKey(context.Cell.Id, context.Repeat, attempt);
        Link.Begin(_key);
    }

    public HostsOfRepeat? Hosts { get; private set; }

    private Coordinator Link => _lab.Coordinator;

    private IEnumerable<LabMember> Members => [_lab.Server, .. _clients];

    public ISwarm StartSwarm(LoadSettings load)
    {
        for (int i = 0; i < _clients.Count; i++)
        {
            LabMember client = _clients[i];
            LoadSettings share = HostShare.Of(load, i, _clients.Count, client.Entry with { Cpus = client.Cpus });
            _shares[client.Entry.Name] = share;
            _ = Link.Prepare(client.Entry, _key, WorkOrder.Load, WorkOrder.Describe(CellSettings.OfLoad, Cell.Blank with { Load = share }));
        }

        return new HostedSwarm(this, load);
    }

    public IServerSide StartServer(ServerSettings server)
    {
        ServerSettings there = server with { Bind = _lab.Server.Entry.Address, Cpus = _lab.Server.Cpus };
        string ready = Link.Prepare(
            _lab.Server.Entry, _key, WorkOrder.Serve, WorkOrder.Describe(CellSettings.OfServer, Cell.Blank with { Server = there }));
        return new HostedServer(this, JsonSerializer.Deserialize(ready, WireJson.Default.ServerReady)!);
    }

    /// <summary>Ends what runs anywhere, of those that still hear.</summary>
    public void StopAll()
    {
        Link.KeepQuietUntil(0);
        foreach (LabMember member in Members)
        {
            Link.TryStop(member.Entry);
        }
    }

    /// <summary>What the hosts had, those that were not lost.</summary>
    public IReadOnlyList<HostRow> RowsWithout(string lost) => [.. Members.Select(m => RowOf(m, m.Entry.Name == lost))];

    private void Start(ServerReady server, LoadSettings load)
    {
        foreach (LabMember member in Members)
        {
            _before[member.Entry.Name] = Link.Clock(member.Entry, Pings);
        }

        _ownSlewPpm = ClockDiscipline.Read().SlewPpm;
        string target = $"{new IPEndPoint(IPAddress.Parse(server.Address), server.Port)}";
        try
        {
            Start(target, load, MonotonicClock.NowNs() + _lead.Of(_before.Values.Max(b => b.RttMedianNs)));
        }
        catch (HostRefusedException e) when (IsTooLate(e.Message) && _lead.TryDouble())
        {
            // The first that were told wait for an instant that the others have missed.
            throw new StartMissedException(e.Message);
        }
    }

    private static bool IsTooLate(string? reason) => reason?.Contains("too late", StringComparison.Ordinal) == true;

    private void Start(string target, LoadSettings load, long epochNs)
    {
        long beginNs = epochNs + load.BeforeWindow.Nanoseconds;
        long endNs = beginNs + load.Duration.Nanoseconds;
        for (int i = -1; i < _clients.Count; i++)
        {
            HostEntry host = i < 0 ? _lab.Server.Entry : _clients[i].Entry;
            long offsetNs = _before[host.Name].OffsetNs;
            Link.Start(host, new HostStart(
                target,
                epochNs + offsetNs,
                i < 0 ? 0 : HostShare.StartsAfterNs(load, i, _clients.Count),
                beginNs + offsetNs,
                endNs + offsetNs,
                endNs + offsetNs));
        }

        _endNs = endNs;
        Link.KeepQuietUntil(endNs);
    }

    private LoadDocument Follow(LoadSettings load)
    {
        // The window is nobody's to disturb, this program's included.
        _context.Cancel.WaitHandle.WaitOne(TimeSpan.FromMilliseconds(Math.Max(0, (_endNs - MonotonicClock.NowNs()) / 1e6)));
        _context.Cancel.ThrowIfCancellationRequested();
        TimeSpan limit = load.LongestLatency.ToTimeSpan() + load.Timeout.ToTimeSpan() + Slack;
        HostLostException? lost = null;
        foreach (LabMember client in _clients)
        {
            try
            {
                _halves[client.Entry.Name] = JsonSerializer.Deserialize(Await(client, limit), HostedJson.Default.SwarmHalfDocument)!;
            }
            catch (HostLostException e)
            {
                // What the others had is known, too.
                lost ??= e;
            }
        }

        if (lost is not null)
        {
            throw lost;
        }

        Link.Finish(_lab.Server.Entry);
        _serverHalf = JsonSerializer.Deserialize(Await(_lab.Server, Slack), HostedJson.Default.ServerHalfDocument)!;
        _ownSlewPpm = Math.Max(_ownSlewPpm, ClockDiscipline.Read().SlewPpm);
        foreach (LabMember member in Members)
        {
            string name = member.Entry.Name;
            double slewPpm = _halves.TryGetValue(name, out SwarmHalfDocument? half) ? half.ClockSlewPpm : _serverHalf.ClockSlewPpm;
            ClockTrack track = new(_before[name], Link.Clock(member.Entry, Pings)) { SlewPpm = slewPpm + _ownSlewPpm };
            _tracks[name] = track.RequireSteady();
        }

        LoadDocument merged = LoadMerge.Of(load, [.. _clients.Select(c => new HostLoad(c.Entry.Name, _halves[c.Entry.Name].Document, Against(c).OffsetNs))]);
        Hosts = Summarise();
        return merged;
    }

    private string Await(LabMember member, TimeSpan limit)
    {
        HostOutcome outcome = Link.Await(member.Entry, limit, _context.Cancel);
        return outcome.Half ?? throw (IsTooLate(outcome.Error) && _lead.TryDouble()
            ? new StartMissedException($"{member.Entry.Name}: {outcome.Error}")
            : new RepeatFailedException($"host {member.Entry.Name}: {outcome.Error}"));
    }

    /// <summary>A client's clock less the server's in the middle of the repeat, and how exactly that is known.</summary>
    private (long OffsetNs, long HalfWidthNs) Against(LabMember client)
    {
        ClockTrack server = _tracks[_lab.Server.Entry.Name];
        return ClockBound.Between(server, _tracks[client.Entry.Name], server.Before.AtNs + ((server.After.AtNs - server.Before.AtNs) / 2));
    }

    private HostsOfRepeat Summarise()
    {
        (long StartNs, long BoundNs)[] starts =
        [
            .. _clients.Select(c => (Start: _halves[c.Entry.Name].Document, Clock: Against(c)))
                .Select(c => ((c.Start.StartedNs ?? c.Start.EpochNs) - c.Clock.OffsetNs, c.Clock.HalfWidthNs)),
        ];
        HostSight[] sights = [.. _halves.Values.Select(h => h.Sight)];
        return new HostsOfRepeat
        {
            Rows = [.. Members.Select(m => RowOf(m, isLost: false))],
            ServerHost = _lab.Server.Entry.Name,
            Network = _serverHalf!.Card?.Description ?? "unknown",
            Attempt = _key.Attempt,
            Lost = _lost,
            Missing = _missing,
            ClockBoundUs = starts.Max(s => s.BoundNs) / 1e3,
            StartSpreadUs = (starts.Max(s => s.StartNs) - starts.Min(s => s.StartNs)) / 1e3,
            StealShare = sights.Max(s => s.StealShare),
            BackgroundShare = sights.Max(s => s.BackgroundShare),
            CpuTimesSeen = sights.All(s => s.CpuTimesSeen == true),
            CpuSpeed = sights.Min(s => s.CpuSpeed),
            Sights = sights,
            NanosecondPacing = sights.All(s => s.Traits.NanosecondPacing),
        };
    }

    private HostRow RowOf(LabMember member, bool isLost)
    {
        string name = member.Entry.Name;
        HostRow row = new()
        {
            RunId = _context.RunId,
            CellId = _key.Cell,
            Repeat = _key.Repeat,
            Host = name,
            Role = member == _lab.Server ? HostRole.Server : HostRole.Swarm,
            Lost = isLost,
            ClockState = member.Description.ClockState,
        };
        row = WithClock(row, name);
        if (_shares.TryGetValue(name, out LoadSettings? share))
        {
            row = row with { ShareConnections = share.Connections, ShareRateRps = share.Rate };
        }

        return isLost ? row
            : member == _lab.Server ? WithServer(row)
            : _halves.TryGetValue(name, out SwarmHalfDocument? half) ? WithSwarm(row, half)
            : row;
    }

    private HostRow WithClock(HostRow row, string name)
    {
        if (!_before.TryGetValue(name, out ClockBound? before))
        {
            return row;
        }

        ClockTrack track = _tracks.GetValueOrDefault(name, new ClockTrack(before, before));
        return row with
        {
            ClockOffsetUs = track.OffsetAtNs(before.AtNs + ((track.After.AtNs - before.AtNs) / 2)) / 1e3,
            ClockBoundUs = track.BoundNs / 1e3,
            ClockDriftPpm = track.DriftPpm,
            ClockMethod = "engine",
            ClockSamples = before == track.After ? before.Samples : before.Samples + track.After.Samples,
            RttMinUs = Math.Min(before.RttMinNs, track.After.RttMinNs) / 1e3,
            RttP50Us = (before.RttMedianNs + track.After.RttMedianNs) / 2e3,
        };
    }

    private HostRow WithServer(HostRow row) => _serverHalf is not { } half ? row : WithCard(row, half.Card, half.Kernel) with
    {
        StealShare = half.Traits.Steals(half.ToHalf().Window.StealShare),
    };

    private static HostRow WithSwarm(HostRow row, SwarmHalfDocument half)
    {
        LoadDocument load = half.Document;
        return WithCard(row, half.Card, half.Sight.Kernel) with
        {
            Requests = load.Requests,
            RequestsFailed = load.RequestsFailed,
            ErrorsRefused = load.ErrorsRefused,
            ErrorsReset = load.ErrorsReset,
            ErrorsTimeout = load.ErrorsTimeout,
            ErrorsAddress = load.ErrorsAddress,
            ErrorsOther = load.ErrorsHttp + load.ErrorsProtocol + load.ErrorsOther,
            ThroughputRps = load.ThroughputRps,
            LatencyP99Us = load.LatencyP99Us,
            ClientBusyShare = load.ClientBusyShare,
            LagP99Us = load.LagP99Us,
            OwnReasons = half.OwnReasons.Length == 0 ? null : half.OwnReasons,
            StartErrorUs = (load.StartedNs - load.EpochNs) / 1e3,
            StealShare = half.Sight.StealShare,
            BackgroundShare = half.Sight.BackgroundShare,
        };
    }

    private static HostRow WithCard(HostRow row, CardUse? card, KernelCounts kernel) => row with
    {
        TcpRetransmits = kernel.Retransmits,
        TcpSegments = kernel.Losses.SegmentsSent,
        NicDrops = card?.Counts.Lost,
        NicTxShare = card?.TxShare(),
        NicRxShare = card?.RxShare(),
    };

    /// <summary>The server's half: its host samples by itself, at the moments that it was told.</summary>
    private sealed class HostedServer(HostedSides sides, ServerReady ready) : IServerSide
    {
        public ServerReady Ready => ready;

        public void Mark(LoadSignal signal)
        {
            // Nothing is said to a host within the window.
        }

        public ServerHalf Finish() => sides._serverHalf!.ToHalf();

        public void Dispose()
        {
            // Its agent ends it with the next repeat, or when it is told to stop.
        }
    }

    /// <summary>The swarms of all client hosts as one.</summary>
    private sealed class HostedSwarm(HostedSides sides, LoadSettings load) : ISwarm
    {
        public void Aim(ServerReady server) => sides.Start(server, load);

        public LoadDocument Follow(Action<LoadSignal> onSignal) => sides.Follow(load);

        public void Terminate()
        {
            // Who waits sees that it was cancelled, and stops every host.
        }

        public void Dispose()
        {
            // Likewise.
        }
    }
}
