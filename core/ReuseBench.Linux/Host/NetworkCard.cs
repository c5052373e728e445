using System.Globalization;
using System.Net;
using System.Net.NetworkInformation;

namespace ReuseBench.Linux;

/// <summary>What the kernel says of one network interface (/sys/class/net). What it does not say is null.</summary>
/// <param name="Name">Such as eth0.</param>
/// <param name="Driver">Such as ixgbe; of interfaces without a device their kind: veth, bridge, loopback.</param>
/// <param name="SpeedMbit">Of the link, in Mbit/s; null where it is down, the driver does not know, or there is no card: what veth says is made up.</param>
/// <param name="Duplex"><c>full</c> or <c>half</c>.</param>
/// <param name="Mtu">Bytes of a packet.</param>
/// <param name="ReceiveQueues">Each is served by one CPU at a time.</param>
/// <param name="TransmitQueues">Likewise.</param>
/// <param name="InterruptCpus">CPUs that the card's interrupts go to, as a list; null where it has none of its own.</param>
/// <param name="SteeringCpus">CPUs that packets are steered to (RPS), as a list; null for none.</param>
public sealed record NetworkCard(
    string Name, string? Driver, int? SpeedMbit, string? Duplex, int? Mtu, int ReceiveQueues, int TransmitQueues, string? InterruptCpus, string? SteeringCpus)
{
    private const string Interfaces = "/sys/class/net";
    private const string DriverLine = "DRIVER=";

    /// <summary>The interface that has an address; null where none has.</summary>
    public static NetworkCard? Of(IPAddress address) =>
        NetworkInterface.GetAllNetworkInterfaces().FirstOrDefault(i => i.GetIPProperties().UnicastAddresses.Any(a => a.Address.Equals(address))) is { } found
            ? Read(found.Name)
            : null;

    /// <param name="name">Of the interface.</param>
    public static NetworkCard Read(string name) => Read(name, SysText.TryRead, SysText.NamesIn);

    /// <param name="name">Of the interface.</param>
    /// <param name="read">The text of a file of /sys or /proc; null where there is none.</param>
    /// <param name="list">Names in a directory; empty where there is none.</param>
    public static NetworkCard Read(string name, Func<string, string?> read, Func<string, IEnumerable<string>> list)
    {
        string folder = $"{Interfaces}/{name}";
        string[] queues = [.. list($"{folder}/queues")];
        string[] receiving = [.. queues.Where(q => q.StartsWith("rx-", StringComparison.Ordinal))];
        string? driver = Value(read($"{folder}/device/uevent"), DriverLine);
        return new NetworkCard(
            name,
            driver ?? KindOf(folder, read),
            driver is not null && Number(read($"{folder}/speed")) is > 0 and int speed ? speed : null,
            read($"{folder}/duplex") is { } duplex and ("full" or "half") ? duplex : null,
            Number(read($"{folder}/mtu")),
            receiving.Length,
            queues.Count(q => q.StartsWith("tx-", StringComparison.Ordinal)),
            Joined(list($"{folder}/device/msi_irqs").Select(irq => CpuList.TryParse(read($"/proc/irq/{irq}/smp_affinity_list") ?? ""))),
            Joined(receiving.Select(q => Mask(read($"{folder}/queues/{q}/rps_cpus")))));
    }

    /// <summary>What an interface has carried and lost since it came up.</summary>
    public static CardCounters Counters(string name) => Counters(name, SysText.TryRead);

    /// <param name="name">Of the interface.</param>
    /// <param name="read">The text of a file of /sys; null where there is none.</param>
    public static CardCounters Counters(string name, Func<string, string?> read)
    {
        return new CardCounters(
            Sum("rx_bytes"), Sum("tx_bytes"), Sum("rx_packets"), Sum("tx_packets"),
            Sum("rx_dropped", "tx_dropped", "rx_missed_errors", "rx_errors", "tx_errors", "rx_fifo_errors", "tx_fifo_errors"));

        long Sum(params string[] names) => names.Sum(n =>
            long.TryParse(read($"{Interfaces}/{name}/statistics/{n}"), NumberStyles.None, CultureInfo.InvariantCulture, out long count) ? count : 0);
    }

    /// <summary>Its queues and who serves them, in one line: such as <c>8 rx, 8 tx; interrupts on CPUs 0-7; RPS off</c>.</summary>
    public string Queues => string.Create(
        CultureInfo.InvariantCulture,
        $"{ReceiveQueues} rx, {TransmitQueues} tx; interrupts on {(InterruptCpus is null ? "no CPUs of its own" : $"CPUs {InterruptCpus}")}; "
            + $"RPS {(SteeringCpus is null ? "off" : $"to CPUs {SteeringCpus}")}");

    /// <summary>In one line, for a table: such as <c>ixgbe 10 Gbit/s</c>, <c>veth</c>.</summary>
    public override string ToString() => SpeedMbit is not int speed ? Driver ?? Name
        : string.Create(CultureInfo.InvariantCulture, $"{Driver ?? Name} {(speed >= 1000 ? $"{speed / 1000.0:0.#} Gbit/s" : $"{speed} Mbit/s")}");

    /// <summary>
    /// Of an interface without a card. ARPHRD_LOOPBACK is of include/uapi/linux/if_arp.h; most others say in their event what they are; an end of a veth
    /// pair says nothing, and is known by its link to another interface.
    /// </summary>
    private static string? KindOf(string folder, Func<string, string?> read) => read($"{folder}/type") is not { } type ? null
        : type == "772" ? "loopback"
        : Value(read($"{folder}/uevent"), "DEVTYPE=") is { } kind ? kind
        : read($"{folder}/iflink") != read($"{folder}/ifindex") ? "veth"
        : "virtual";

    private static string? Value(string? text, string key) =>
        text?.Split('\n').FirstOrDefault(line => line.StartsWith(key, StringComparison.Ordinal))?[key.Length..];

    private static int? Number(string? text) => int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int number) ? number : null;

    private static string? Joined(IEnumerable<IEnumerable<int>?> lists)
    {
        int[] cpus = [.. lists.OfType<IEnumerable<int>>().SelectMany(c => c).Distinct().Order()];
        return cpus.Length == 0 ? null : CpuList.Format(cpus);
    }

    /// <summary>A mask of CPUs as the kernel writes it: words of 32 bits in hex, the highest first, separated by commas.</summary>
    private static IEnumerable<int>? Mask(string? text)
    {
        string digits = (text ?? "").Replace(",", "", StringComparison.Ordinal);
        return digits.Length == 0 || !digits.All(char.IsAsciiHexDigit)
            ? null
            : digits.Reverse().SelectMany((digit, place) =>
                Enumerable.Range(0, 4).Where(bit => (Convert.ToInt32($"{digit}", 16) >> bit & 1) == 1).Select(bit => (place * 4) + bit));
    }
}

/// <summary>Counters of an interface.</summary>
/// <param name="ReceivedBytes">By the card.</param>
/// <param name="SentBytes">By the card.</param>
/// <param name="ReceivedPackets">By the card.</param>
/// <param name="SentPackets">By the card.</param>
/// <param name="Lost">Packets that were dropped, missed or damaged, either way.</param>
public sealed record CardCounters(long ReceivedBytes, long SentBytes, long ReceivedPackets, long SentPackets, long Lost)
{
    public static CardCounters operator -(CardCounters later, CardCounters earlier) => new(
        later.ReceivedBytes - earlier.ReceivedBytes, later.SentBytes - earlier.SentBytes, later.ReceivedPackets - earlier.ReceivedPackets,
        later.SentPackets - earlier.SentPackets, later.Lost - earlier.Lost);

    /// <summary>By how much of its speed a card was used one way, 0 to 1; null where the speed is not known.</summary>
    /// <param name="bytes">That passed.</param>
    /// <param name="speedMbit">Of the link.</param>
    /// <param name="seconds">In which they did.</param>
    public static double? ShareOf(long bytes, int? speedMbit, double seconds) =>
        speedMbit is > 0 and int speed && seconds > 0 ? bytes * 8 / (speed * 1e6 * seconds) : null;
}
