using System.Text.Json;
using ReuseBench.Bench.Children;
using ReuseBench.Bench.Experiments.Measuring;
using ReuseBench.Bench.Host;
using ReuseBench.Cluster;
using ReuseBench.Core.Cells;
using ReuseBench.Core.Clocks;
using ReuseBench.Core.Hosts;
using ReuseBench.Core.Results;
using ReuseBench.Linux;

namespace ReuseBench.Bench.Hosted;

/// <summary>
/// Measures windows over the hosts of a lab. A repeat that loses a host is tried again, so that one repeat is one row, whatever happened on the way to it.
/// </summary>
/// <param name="lab">The hosts.</param>
/// <param name="log">Hears of lost hosts.</param>
internal sealed class HostedWindows(Lab lab, TextWriter log) : IOtherHosts
{
    /// <summary>For one question to a host whose way may have been cut: what was asked before it is back is never answered.</summary>
    private static readonly TimeSpan BackTry = TimeSpan.FromSeconds(3);

    private readonly StartLead _lead = new();
    private readonly HostLosses _losses = new(lab.File, host => lab.TryReclaim(host, BackTry), log, HostLosses.BackLimit);
    private List<KeptAttempt>? _kept;

    public Measurement Measure(RepeatContext context)
    {
        return TryKept(context) ?? Attempted(
            context,
            (attempt, lost) => new HostedSides(lab, context, _lead, ClientsOf(context.Cell), attempt, lost)
            {
                // An agent starts no command line of an adapter.
                IsServerHere = context.Cell.Server.Program is not null,
            },
            sides => context.OnOwnThread(() => MeasureOnce(sides, context)));
    }

    public (T Done, HostsOfRepeat Hosts) Probe<T>(RepeatContext context, Func<RepeatContext, T> trial) => Attempted(
        context,
        (attempt, lost) => new HostedSides(lab, context, _lead, ClientsOf(context.Cell), attempt, lost) { IsServerHere = true, IsTrial = true },
        sides =>
        {
            T done = trial(context with { Children = new SwarmsElsewhere(context.Children, sides), ServerAddress = lab.Server.Entry.Address });
            return (done, sides.Hosts ?? throw new RepeatFailedException("the trial took no swarm"));
        });

    /// <summary>Again where a host is lost, or was told too late.</summary>
    private T Attempted<T>(RepeatContext context, Func<int, int, HostedSides> begin, Func<HostedSides, T> measure)
    {
        int lost = 0;
        for (int attempt = 1; ; attempt++)
        {
            HostedSides sides = begin(attempt, lost);
            try
            {
                return measure(sides);
            }
            catch (HostLostException e)
            {
                lost++;
                sides.StopAll();
                log.WriteLine($"hosts: lost {e.Message} (attempt {attempt} of {context.Cell.Id}, repeat {context.Repeat})");
                context.Cancel.ThrowIfCancellationRequested();
                if (lost == HostLosses.MostAttempts || !MayGoOn(e.Host, context.Cancel))
                {
                    throw new HostsLostException(sides.RowsWithout(e.Host), lost, attempt, $"{e.Message}; given up after attempt {attempt}");
                }
            }
            catch (StartMissedException e)
            {
                sides.StopAll();
                log.WriteLine($"hosts: {e.Message}; told earlier in the next attempt");
            }
            catch (Exception e) when (e is HostRefusedException or ClockJumpException)
            {
                sides.StopAll();
                throw new RepeatFailedException(e.Message);
            }
            catch
            {
                sides.StopAll();
                throw;
            }
        }
    }

    /// <summary>
    /// What an earlier coordinator of this run had the hosts measure, and wrote into no row: taken as it is, and not measured again.
    /// </summary>
    /// <returns>Null where the engine kept nothing of the repeat, or not all of it.</returns>
    private Measurement? TryKept(RepeatContext context)
    {
        _kept ??= KeptAttempts.Read(lab, log);
        if (_kept.FirstOrDefault(k => k.Document.Key.Cell == context.Cell.Id && k.Document.Key.Repeat == context.Repeat) is not { } kept)
        {
            return null;
        }

        LabMember[] clients = [.. kept.Document.Clients.Select(name => lab.Clients.First(c => c.Entry.Name == name))];
        try
        {
            Measurement taken = MeasureOnce(new HostedSides(lab, context, _lead, clients, kept), context);
            log.WriteLine($"hosts: took what the engine kept of {context.Cell.Id}, repeat {context.Repeat} (attempt {kept.Document.Key.Attempt})");
            return taken;
        }
        catch (Exception e) when (e is HostLostException or HostRefusedException or ClockJumpException or RepeatFailedException)
        {
            context.Cancel.ThrowIfCancellationRequested();
            log.WriteLine($"hosts: what the engine kept of {context.Cell.Id}, repeat {context.Repeat}, is of no use ({e.Message}); measured again");
            return null;
        }
    }

    /// <exception cref="RepeatFailedException">A cell asks for a number of hosts, and fewer are left.</exception>
    private IReadOnlyList<LabMember> ClientsOf(Cell cell)
    {
        IReadOnlyList<LabMember> left = lab.ClientsOf(cell, _losses.Given);
        return left.Count == lab.ClientsWantedBy(cell) || cell.ClientHosts is null or Cell.AllClientHosts
            ? left
            : throw new RepeatFailedException($"client_hosts: {cell.ClientHosts}, and {left.Count} are left; lost before: {string.Join(", ", _losses.Given)}");
    }

    private static Measurement MeasureOnce(HostedSides sides, RepeatContext context)
    {
        CpuPlan used = context.Cpus;
        Cell cell = context.Cell with
        {
            Server = context.Cell.Server with { Cpus = used.Server },
            Load = context.Cell.Load with { Seed = context.Seed },
        };
        return LoadedWindow.MeasureOn(sides, context, cell, used);
    }

    private bool MayGoOn(string host, CancellationToken cancel)
    {
        bool may = _losses.MayGoOn(host, cancel);
        lab.MustStop |= _losses.MustStop;
        return may;
    }
}

/// <summary>Servers are children of this program, and swarms run on other hosts.</summary>
/// <param name="children">Who starts the servers.</param>
/// <param name="sides">Who starts the swarms.</param>
internal sealed class SwarmsElsewhere(IChildren children, HostedSides sides) : IChildren
{
    public IServerUnderTest StartServer(ServerSettings settings, int workerBase = 0) => children.StartServer(settings, workerBase);

    public ISwarm StartSwarm(LoadSettings settings) => sides.StartSwarm(settings);
}

/// <summary>What follows where a repeat lost a host, after what the hosts file says.</summary>
/// <param name="file">The hosts of the run.</param>
/// <param name="isBack">Asks whether a host is there again, and claims it.</param>
/// <param name="log">Hears what follows.</param>
/// <param name="limit">A lost host may take so long to come back.</param>
internal sealed class HostLosses(HostsFile file, Func<HostEntry, bool> isBack, TextWriter log, TimeSpan limit)
{
    /// <summary>A repeat is given up after so many.</summary>
    public const int MostAttempts = 3;

    public static readonly TimeSpan BackLimit = TimeSpan.FromSeconds(60);

    private static readonly TimeSpan LookAgain = TimeSpan.FromMilliseconds(250);

    private readonly HashSet<string> _given = [];

    /// <summary>Names of client hosts that the run goes on without.</summary>
    public IReadOnlySet<string> Given => _given;

    /// <summary>Whether the run ends: nothing that is left of it could be measured.</summary>
    public bool MustStop { get; private set; }

    /// <summary>Whether there is to be another attempt: with the host once it is back, or without it.</summary>
    /// <exception cref="OperationCanceledException">The run was ended meanwhile.</exception>
    public bool MayGoOn(string host, CancellationToken cancel)
    {
        if (file.OnHostLoss == HostLoss.Stop)
        {
            MustStop = true;
            return false;
        }

        if (file.OnHostLoss == HostLoss.Continue && host != file.Server.Name && file.Clients.Count > _given.Count + 1)
        {
            _given.Add(host);
            log.WriteLine($"hosts: going on without {host}");
            return true;
        }

        HostEntry entry = file.All.First(h => h.Name == host);
        long untilNs = MonotonicClock.NowNs() + (long)limit.TotalNanoseconds;
        do
        {
            if (isBack(entry))
            {
                log.WriteLine($"hosts: {host} is back");
                return true;
            }

            cancel.WaitHandle.WaitOne(LookAgain);
            cancel.ThrowIfCancellationRequested();
        }
        while (MonotonicClock.NowNs() < untilNs);

        if (file.Launch == HostLaunch.Ssh)
        {
            // Nobody else starts its agent, and ssh did not get there: every repeat that is left would wait as long, for nothing.
            MustStop = true;
            log.WriteLine($"hosts: {host} is not back after {limit.TotalSeconds:0} s; the run ends, and --resume goes on with it");
        }

        return false;
    }
}

/// <summary>A host heard of the start when that had passed: nobody is lost, and it is told earlier the next time.</summary>
internal sealed class StartMissedException(string message) : Exception(message);

/// <summary>How long before the start everybody is told of it: more where that was too late.</summary>
internal sealed class StartLead
{
    private const long LeastNs = 400_000_000;
    private const long MostNs = 5_000_000_000;

    /// <summary>Round trips that an order may take.</summary>
    private const int RoundTrips = 8;

    private long _leadNs = LeastNs;

    /// <param name="worstRoundTripNs">Of any host.</param>
    public long Of(long worstRoundTripNs) => Math.Max(_leadNs, RoundTrips * worstRoundTripNs);

    /// <returns>False where more would not help.</returns>
    public bool TryDouble()
    {
        bool may = _leadNs < MostNs;
        _leadNs = Math.Min(MostNs, _leadNs * 2);
        return may;
    }
}

/// <summary>A repeat that lost hosts in all of its attempts.</summary>
/// <param name="rows">What the others had in the last.</param>
/// <param name="lost">In all attempts.</param>
/// <param name="attempts">How many there were.</param>
/// <param name="reason">For its row.</param>
internal sealed class HostsLostException(IReadOnlyList<HostRow> rows, int lost, int attempts, string reason) : Exception(reason)
{
    public IReadOnlyList<HostRow> Rows { get; } = rows;

    public int Lost { get; } = lost;

    public int Attempts { get; } = attempts;
}

/// <summary>What an earlier coordinator of a run left at the engine, as far as a row can be made of it.</summary>
internal static class KeptAttempts
{
    /// <param name="lab">Its hosts, claimed.</param>
    /// <param name="log">Hears what is of no use.</param>
    public static List<KeptAttempt> Read(Lab lab, TextWriter log)
    {
        try
        {
            return [.. lab.Coordinator.Left().Select(left => Of(lab, left)).OfType<KeptAttempt>()];
        }
        catch (HostLostException e)
        {
            log.WriteLine($"hosts: {e.Reason}; all that is left is measured");
            return [];
        }
    }

    /// <returns>Null where a half is missing, a host is no more in the hosts file, or the coordinator's clock is another.</returns>
    private static KeptAttempt? Of(Lab lab, LeftAttempt left)
    {
        if (left.Note is null || TryRead(left.Note) is not { } document
            || document.BootId is null || document.BootId != KernelInfo.Read().BootId
            || document.Clients.Any(name => lab.Clients.All(c => c.Entry.Name != name)))
        {
            return null;
        }

        string[] hosts = [lab.Server.Entry.Name, .. document.Clients];
        return hosts.All(h => left.Halves.TryGetValue(h, out HostOutcome? outcome) && outcome.Half is not null && document.Clocks.ContainsKey(h))
            ? new KeptAttempt(document, hosts.ToDictionary(h => h, h => left.Halves[h].Half!))
            : null;
    }

    private static AttemptDocument? TryRead(string note)
    {
        try
        {
            return JsonSerializer.Deserialize(note, HostedJson.Default.AttemptDocument);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
