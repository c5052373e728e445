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
    private readonly KeptAttempt? _kept;
    private CardUse? _cardHere;
    private int _isEnded;
    private double _ownSlewPpm;
    private long _beginNs;
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

    /// <summary>Of an attempt whose halves the engine kept: nothing is started, and clocks are asked once more.</summary>
    /// <param name="lab">As above.</param>
    /// <param name="context">As above.</param>
    /// <param name="lead">As above.</param>
    /// <param name="clients">Those of the attempt.</param>
    /// <param name="kept">What is known of it.</param>
    public HostedSides(Lab lab, RepeatContext context, StartLead lead, IReadOnlyList<LabMember> clients, KeptAttempt kept)
        : this(lab, context, lead, clients, kept.Document.Key.Attempt, kept.Document.Lost)
    {
        _kept = kept;
        foreach ((string name, ClockBound bound) in kept.Document.Clocks)
        {
            _before[name] = bound;
        }

        _ownSlewPpm = Math.Max(kept.Document.SlewPpm, ClockDiscipline.Read().SlewPpm);
        _beginNs = kept.Document.BeginNs;
        _endNs = kept.Document.EndNs;
    }

    /// <summary>The server is a child of this program, on this host, whose clock is the server's.</summary>
    public bool IsServerHere { get; init; }

    /// <summary>The window ends when what is done in it is over.</summary>
    public bool IsTrial { get; init; }

    public HostsOfRepeat? Hosts { get; private set; }

    private Coordinator Link => _lab.Coordinator;

    /// <summary>Of the window, by the coordinator's clock.</summary>
    private long MiddleNs => _beginNs + ((_endNs - _beginNs) / 2);

    private IEnumerable<LabMember> Members => IsServerHere ? _clients : [_lab.Server, .. _clients];

    public ISwarm StartSwarm(LoadSettings load)
    {
        for (int i = 0; i < _clients.Count; i++)
        {
            LabMember client = _clients[i];
            LoadSettings share = HostShare.Of(load, i, _clients.Count, client.Entry with { Cpus = client.Cpus });
            _shares[client.Entry.Name] = share;
            if (_kept is null)
            {
                _ = Link.Prepare(
                    client.Entry, _key, WorkOrder.Load, WorkOrder.Describe(CellSettings.OfLoad, Cell.Blank with { Load = share }), load.RecordAttempts);
            }
        }

        return IsTrial ? new HostedProbes(this, load) : new HostedSwarm(this, load);
    }

    public IServerSide StartServer(ServerSettings server)
    {
        if (_kept is { } kept)
        {
            _serverHalf = ServerHalfOf(kept.Halves[_lab.Server.Entry.Name]);
            return new HostedServer(this, _serverHalf.Ready);
        }

        ServerSettings there = server with { Bind = _lab.Server.Entry.Address, Cpus = _lab.Server.Cpus };
        if (IsServerHere)
        {
            ServerSide side = new(_context.Traits, OccupiedCpus.Of(_context.Cell with { Server = there }).Workers);
            side.Start(_context.Children, there with { CountAccepts = ResultRows.CountsAccepts(_context.Cell) });
            return side;
        }

        string ready = Link.Prepare(
            _lab.Server.Entry, _key, WorkOrder.Serve, WorkOrder.Describe(CellSettings.OfServer, Cell.Blank with { Server = there }));
        return new HostedServer(this, JsonSerializer.Deserialize(ready, WireJson.Default.ServerReady)!);
    }

    private static ServerHalfDocument ServerHalfOf(string half) => JsonSerializer.Deserialize(half, HostedJson.Default.ServerHalfDocument)!;

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
    public IReadOnlyList<HostRow> RowsWithout(string lost) => [.. RowsOf(name => name == lost)];

    private IEnumerable<HostRow> RowsOf(Func<string, bool> isLost) => ((LabMember[])[_lab.Server, .. _clients]).Select(m => RowOf(m, isLost(m.Entry.Name)));

    private void Start(ServerReady server, LoadSettings load)
    {
        if (_kept is not null)
        {
            return;
        }

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
        for (int i = IsServerHere ? 0 : -1; i < _clients.Count; i++)
        {
            HostEntry host = i < 0 ? _lab.Server.Entry : _clients[i].Entry;
            long offsetNs = _before[host.Name].OffsetNs;
            Link.Start(host, new HostStart(
                target,
                epochNs + offsetNs,
                i < 0 ? 0 : HostShare.StartsAfterNs(load, i, _clients.Count),
                beginNs + offsetNs,
                endNs + offsetNs,

                // A server serves until the last response may have come.
                endNs + offsetNs + (i < 0 ? load.LongestLatency.Nanoseconds : 0)));
        }

        _beginNs = beginNs;
        _endNs = endNs;
        Link.KeepQuietUntil(endNs);
        if (IsServerHere)
        {
            // The server's part dies with this program: nothing is left that another one could make a row of.
            return;
        }

        Link.Note(_key, JsonSerializer.Serialize(
            new AttemptDocument
            {
                Key = _key,
                Clients = [.. _clients.Select(c => c.Entry.Name)],
                Clocks = new(_before, StringComparer.Ordinal),
                BeginNs = beginNs,
                EndNs = endNs,
                SlewPpm = _ownSlewPpm,
                Lost = _lost,
                BootId = KernelInfo.Read().BootId,
            },
            HostedJson.Default.AttemptDocument));
    }

    private LoadDocument Follow(LoadSettings load, Action<LoadSignal> onSignal)
    {
        if (IsServerHere)
        {
            CardWatch card = new(_lab.Server.Entry.Address);
            MarkAt(_beginNs, LoadSignal.Begin, card, onSignal);
            MarkAt(_endNs, LoadSignal.End, card, onSignal);
            _cardHere = card.Use;
            AwaitSwarms(load);
            return Merge(load);
        }

        // The window is nobody's to disturb, this program's included.
        WaitUntil(_endNs);
        AwaitSwarms(load);
        if (_kept is null)
        {
            Link.Finish(_lab.Server.Entry);
            _serverHalf = ServerHalfOf(Await(_lab.Server, Slack));
        }

        return Merge(load);
    }

    /// <summary>What happens at the begin of the window is done on the calling thread, and ends it when it is done: by <see cref="EndProbes"/>.</summary>
    private LoadDocument FollowProbes(LoadSettings load, Action<LoadSignal> onSignal)
    {
        CardWatch card = new(_lab.Server.Entry.Address);
        MarkAt(_beginNs, LoadSignal.Begin, card, onSignal);
        EndProbes();
        card.Report(new LoadSignal { Signal = LoadSignal.End, TimeNs = MonotonicClock.NowNs() });
        _context.Cancel.ThrowIfCancellationRequested();
        _cardHere = card.Use;
        AwaitSwarms(load);
        return Merge(load);
    }

    /// <summary>Says on the calling thread that it is time, once it is.</summary>
    private void MarkAt(long dueNs, string signal, CardWatch card, Action<LoadSignal> onSignal)
    {
        WaitUntil(dueNs);
        MonotonicClock.SleepUntil(dueNs);
        LoadSignal mark = new() { Signal = signal, TimeNs = MonotonicClock.NowNs() };
        card.Report(mark);
        onSignal(mark);
    }

    /// <summary>To within a few milliseconds; not longer than the run goes on.</summary>
    private void WaitUntil(long dueNs)
    {
        _context.Cancel.WaitHandle.WaitOne(TimeSpan.FromMilliseconds(Math.Max(0, (dueNs - MonotonicClock.NowNs()) / 1e6)));
        _context.Cancel.ThrowIfCancellationRequested();
    }

    /// <summary>From any thread.</summary>
    private void EndProbes()
    {
        if (Interlocked.Exchange(ref _isEnded, 1) == 1)
        {
            return;
        }

        _endNs = MonotonicClock.NowNs();
        Link.KeepQuietUntil(0);
        foreach (LabMember client in _clients)
        {
            Link.TryFinish(client.Entry);
        }
    }

    /// <exception cref="HostLostException">One was lost; what the others had is known.</exception>
    private void AwaitSwarms(LoadSettings load)
    {
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
    }

    /// <summary>Asks the clocks once more, and puts together what the hosts brought.</summary>
    private LoadDocument Merge(LoadSettings load)
    {
        _ownSlewPpm = Math.Max(_ownSlewPpm, ClockDiscipline.Read().SlewPpm);
        foreach (LabMember member in Members)
        {
            string name = member.Entry.Name;
            double slewPpm = _halves.TryGetValue(name, out SwarmHalfDocument? half) ? half.ClockSlewPpm : _serverHalf!.ClockSlewPpm;
            ClockTrack track = new(_before[name], Link.Clock(member.Entry, Pings)) { SlewPpm = slewPpm + _ownSlewPpm };
            _tracks[name] = track.RequireSteady();
        }

        LoadDocument merged = LoadMerge.Of(load, [.. _clients.Select(c => new HostLoad(c.Entry.Name, _halves[c.Entry.Name].Document, Against(c).OffsetNs))]);
        Hosts = Summarise();
        return merged;
    }

    private string Await(LabMember member, TimeSpan limit)
    {
        if (_kept is { } kept)
        {
            return kept.Halves[member.Entry.Name];
        }

        HostOutcome outcome = Link.Await(member.Entry, limit, _context.Cancel);
        return outcome.Half ?? throw (IsTooLate(outcome.Error) && _lead.TryDouble()
            ? new StartMissedException($"{member.Entry.Name}: {outcome.Error}")
            : new RepeatFailedException($"host {member.Entry.Name}: {outcome.Error}"));
    }

    /// <summary>A client's clock less the server's in the middle of the window, and how exactly that is known.</summary>
    private (long OffsetNs, long HalfWidthNs) Against(LabMember client)
    {
        ClockTrack track = _tracks[client.Entry.Name];
        if (!IsServerHere)
        {
            return ClockBound.Between(_tracks[_lab.Server.Entry.Name], track, MiddleNs);
        }

        // One offset for all of the window, of whose ends it is as far away as the clocks ran apart.
        long movedNs = (Math.Abs(track.OffsetAtNs(_endNs) - track.OffsetAtNs(_beginNs)) / 2) + 1;
        return (track.OffsetAtNs(MiddleNs), track.BoundNs + movedNs);
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
            Rows = [.. RowsOf(_ => false)],
            Swarms = [.. _clients.Select(c => new HostSwarm(c.Entry.Name, _halves[c.Entry.Name].Document))],
            ServerHost = _lab.Server.Entry.Name,
            Network = (IsServerHere ? _cardHere : _serverHalf!.Card)?.Description ?? "unknown",
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
            ClockOffsetUs = track.OffsetAtNs(MiddleNs) / 1e3,
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

    /// <summary>The swarms of all client hosts as one, about a server on this host.</summary>
    private sealed class HostedProbes(HostedSides sides, LoadSettings load) : ISwarm
    {
        public void Aim(ServerReady server) => sides.Start(server, load);

        public LoadDocument Follow(Action<LoadSignal> onSignal) => sides.FollowProbes(load, onSignal);

        public void Terminate() => sides.EndProbes();

        public void Dispose()
        {
            // Its agents end it with the next repeat, or when they are told to stop.
        }
    }

    /// <summary>The swarms of all client hosts as one.</summary>
    private sealed class HostedSwarm(HostedSides sides, LoadSettings load) : ISwarm
    {
        public void Aim(ServerReady server) => sides.Start(server, load);

        public LoadDocument Follow(Action<LoadSignal> onSignal) => sides.Follow(load, onSignal);

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
