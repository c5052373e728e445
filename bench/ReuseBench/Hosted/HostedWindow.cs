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
    /// <summary>A repeat is given up after so many.</summary>
    private const int MostAttempts = 3;

    /// <summary>A lost host may take so long to come back.</summary>
    private static readonly TimeSpan BackLimit = TimeSpan.FromSeconds(60);

    private readonly HashSet<string> _given = [];
    private readonly StartLead _lead = new();

    public Measurement Measure(RepeatContext context)
    {
        int lost = 0;
        for (int attempt = 1; ; attempt++)
        {
            HostedSides sides = new(lab, context, _lead, ClientsOf(context.Cell), attempt, lost);
            try
            {
                return MeasureOnce(sides, context);
            }
            catch (HostLostException e)
            {
                lost++;
                sides.StopAll();
                log.WriteLine($"hosts: lost {e.Message} (attempt {attempt} of {context.Cell.Id}, repeat {context.Repeat})");
                context.Cancel.ThrowIfCancellationRequested();
                if (lost == MostAttempts || !MayGoOn(e.Host, context.Cancel))
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

    /// <exception cref="RepeatFailedException">A cell asks for a number of hosts, and fewer are left.</exception>
    private IReadOnlyList<LabMember> ClientsOf(Cell cell)
    {
        IReadOnlyList<LabMember> left = lab.ClientsOf(cell, _given);
        return left.Count == lab.ClientsWantedBy(cell) || cell.ClientHosts is null or Cell.AllClientHosts
            ? left
            : throw new RepeatFailedException($"client_hosts: {cell.ClientHosts}, and {left.Count} are left; lost before: {string.Join(", ", _given)}");
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

    /// <summary>Whether there is to be another attempt, after what the hosts file says: with the host once it is back, or without it.</summary>
    private bool MayGoOn(string host, CancellationToken cancel)
    {
        if (lab.File.OnHostLoss == HostLoss.Stop)
        {
            lab.MustStop = true;
            return false;
        }

        bool isServer = host == lab.Server.Entry.Name;
        if (lab.File.OnHostLoss == HostLoss.Continue && !isServer && lab.Clients.Count > _given.Count + 1)
        {
            _given.Add(host);
            log.WriteLine($"hosts: going on without {host}");
            return true;
        }

        HostEntry entry = lab.Hosts.First(h => h.Entry.Name == host).Entry;
        long untilNs = MonotonicClock.NowNs() + (long)BackLimit.TotalNanoseconds;
        while (MonotonicClock.NowNs() < untilNs && !cancel.IsCancellationRequested)
        {
            try
            {
                _ = lab.Coordinator.Claim(entry);
                log.WriteLine($"hosts: {host} is back");
                return true;
            }
            catch (Exception e) when (e is HostLostException or HostRefusedException)
            {
                cancel.WaitHandle.WaitOne(TimeSpan.FromMilliseconds(250));
            }
        }

        cancel.ThrowIfCancellationRequested();
        if (lab.File.Launch == HostLaunch.Ssh)
        {
            // Nobody else starts its agent: every repeat that is left would wait as long, for nothing.
            lab.MustStop = true;
            log.WriteLine($"hosts: {host} is not back after {BackLimit.TotalSeconds:0} s; the run ends, and --resume goes on with it");
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
