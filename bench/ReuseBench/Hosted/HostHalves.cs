using System.Text.Json.Serialization;
using ReuseBench.Bench.Experiments.Measuring;
using ReuseBench.Bench.Host;
using ReuseBench.Cluster;
using ReuseBench.Core.Clocks;
using ReuseBench.Core.Results;
using ReuseBench.Core.Statistics;
using ReuseBench.Core.Wire;
using ReuseBench.Linux;
using ReuseBench.LoadGen;

namespace ReuseBench.Bench.Hosted;

/// <summary>A host as its agent describes it, before anything is measured.</summary>
internal sealed record HostDescription
{
    public required HostFacts Facts { get; init; }

    /// <summary>CPUs that its half may use, as a list.</summary>
    public required string Cpus { get; init; }

    /// <summary>Physical cores of these.</summary>
    public required int Cores { get; init; }

    /// <summary>Rounds of the work loop that a microsecond of service time stands for there.</summary>
    public required double RoundsPerUs { get; init; }

    /// <summary>Every address of it.</summary>
    public required string[] Addresses { get; init; }

    /// <summary>By address: the interface that has it.</summary>
    public SortedDictionary<string, NetworkCard> Cards { get; init; } = [];

    /// <summary>Who disciplines its clock: ptp, ntp or free; null where it does not say.</summary>
    public string? ClockState { get; init; }
}

/// <summary>What a card carried in a window.</summary>
/// <param name="Description">Loopback, veth, or driver and speed.</param>
/// <param name="SpeedMbit">Null where it says none.</param>
/// <param name="Counts">Between the two readings.</param>
/// <param name="Seconds">Likewise.</param>
internal sealed record CardUse(string Description, int? SpeedMbit, CardCounters Counts, double Seconds)
{
    public double? TxShare() => CardCounters.ShareOf(Counts.SentBytes, SpeedMbit, Seconds);

    public double? RxShare() => CardCounters.ShareOf(Counts.ReceivedBytes, SpeedMbit, Seconds);
}

/// <summary>Watches a card from one mark of a window to the other.</summary>
internal sealed class CardWatch : ILoadSignals
{
    private readonly NetworkCard? _card;
    private Reading? _begin;
    private Reading? _end;

    /// <param name="address">Of this host; null for none to watch.</param>
    public CardWatch(System.Net.IPAddress? address)
    {
        _card = address is null ? null : NetworkCard.Of(address);

        // Compiles it: a mark is no time for that.
        _ = Read();
    }

    /// <summary>Null where there is no card of that address, or a mark was missed.</summary>
    public CardUse? Use => _card is null || _begin is null || _end is null
        ? null
        : new CardUse($"{_card}", _card.SpeedMbit, _end.Counters - _begin.Counters, (_end.TimeNs - _begin.TimeNs) / 1e9);

    public void Report(LoadSignal signal)
    {
        if (signal.Signal == LoadSignal.Begin)
        {
            _begin = Read();
        }
        else if (signal.Signal == LoadSignal.End)
        {
            _end = Read();
        }
    }

    private Reading? Read() => _card is null ? null : new Reading(NetworkCard.Counters(_card.Name), MonotonicClock.NowNs());

    private sealed record Reading(CardCounters Counters, long TimeNs);
}

/// <summary>The server's half as it travels.</summary>
internal sealed record ServerHalfDocument
{
    public required ServerReady Ready { get; init; }

    public required ServerStats Stats { get; init; }

    public required bool IsCounted { get; init; }

    public required WindowSample Begin { get; init; }

    public required WindowSample End { get; init; }

    public required KernelCounts Kernel { get; init; }

    public required KernelTraits Traits { get; init; }

    public WorkSpeed? CpuSpeed { get; init; }

    public CardUse? Card { get; init; }

    /// <summary>The greatest slew of the host's clock that its kernel told of before and behind the window, in ppm.</summary>
    public required double ClockSlewPpm { get; init; }

    public static ServerHalfDocument From(ServerHalf half, CardUse? card, double clockSlewPpm) => new()
    {
        Ready = half.Ready,
        Stats = half.Stats,
        IsCounted = half.IsCounted,
        Begin = half.Window.Begin,
        End = half.Window.End,
        Kernel = half.Kernel,
        Traits = half.Traits,
        CpuSpeed = half.CpuSpeed,
        Card = card,
        ClockSlewPpm = clockSlewPpm,
    };

    public ServerHalf ToHalf() => new()
    {
        Ready = Ready,
        Stats = Stats,
        IsCounted = IsCounted,
        Window = new Window(Begin, End),
        Kernel = Kernel,
        Traits = Traits,
        CpuSpeed = CpuSpeed,
    };
}

/// <summary>A swarm's half as it travels.</summary>
internal sealed record SwarmHalfDocument
{
    public required LoadDocument Document { get; init; }

    public required HostSight Sight { get; init; }

    /// <summary>Codes of the reasons that the swarm alone would have, separated by semicolons.</summary>
    public required string OwnReasons { get; init; }

    public CardUse? Card { get; init; }

    /// <inheritdoc cref="ServerHalfDocument.ClockSlewPpm"/>
    public required double ClockSlewPpm { get; init; }
}

/// <summary>
/// What a coordinator knows of an attempt beside its halves, once all are told to start: with it another one makes a row of what the engine kept.
/// </summary>
internal sealed record AttemptDocument
{
    public required RepeatKey Key { get; init; }

    /// <summary>Client hosts, in the order of their shares.</summary>
    public required string[] Clients { get; init; }

    /// <summary>By host: its clock before the window.</summary>
    public required SortedDictionary<string, ClockBound> Clocks { get; init; }

    /// <summary>Begin of the window by the coordinator's CLOCK_MONOTONIC.</summary>
    public required long BeginNs { get; init; }

    public required long EndNs { get; init; }

    /// <summary>What the coordinator's kernel told of a slew of its clock, in ppm.</summary>
    public required double SlewPpm { get; init; }

    /// <summary>Hosts that earlier attempts lost.</summary>
    public required int Lost { get; init; }

    /// <summary>Of the start of the coordinator's kernel, from which its clock counts; null where the kernel does not tell.</summary>
    public required string? BootId { get; init; }
}

/// <summary>An attempt whose halves the engine kept.</summary>
/// <param name="Document">What its coordinator knew.</param>
/// <param name="Halves">By host: of the server's and of every client's.</param>
internal sealed record KeptAttempt(AttemptDocument Document, IReadOnlyDictionary<string, string> Halves);

/// <summary>The halves and the description, as text.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    IgnoreReadOnlyProperties = true)]
[JsonSerializable(typeof(HostDescription))]
[JsonSerializable(typeof(ServerHalfDocument))]
[JsonSerializable(typeof(SwarmHalfDocument))]
[JsonSerializable(typeof(AttemptDocument))]
internal sealed partial class HostedJson : JsonSerializerContext;
