using System.Net;

namespace ReuseBench.Linux.Tests;

public sealed class NetworkCardTests
{
    /// <summary>Of an Intel card with four queues, as its kernel wrote it; two of its interrupts share a CPU.</summary>
    private static readonly Dictionary<string, string> Card = new()
    {
        ["/sys/class/net/ens1f0/device/uevent"] = "DRIVER=ixgbe\nPCI_CLASS=20000\nPCI_ID=8086:10FB",
        ["/sys/class/net/ens1f0/uevent"] = "INTERFACE=ens1f0\nIFINDEX=2",
        ["/sys/class/net/ens1f0/type"] = "1",
        ["/sys/class/net/ens1f0/speed"] = "10000",
        ["/sys/class/net/ens1f0/duplex"] = "full",
        ["/sys/class/net/ens1f0/mtu"] = "9000",
        ["/sys/class/net/ens1f0/queues/rx-0/rps_cpus"] = "00000000,0000000c",
        ["/sys/class/net/ens1f0/queues/rx-1/rps_cpus"] = "00000001,00000000",
        ["/sys/class/net/ens1f0/statistics/rx_bytes"] = "125000000",
        ["/sys/class/net/ens1f0/statistics/tx_bytes"] = "1125000000",
        ["/sys/class/net/ens1f0/statistics/rx_packets"] = "1000",
        ["/sys/class/net/ens1f0/statistics/tx_packets"] = "2000",
        ["/sys/class/net/ens1f0/statistics/rx_dropped"] = "3",
        ["/sys/class/net/ens1f0/statistics/rx_missed_errors"] = "4",
        ["/sys/class/net/ens1f0/statistics/tx_errors"] = "5",
        ["/proc/irq/60/smp_affinity_list"] = "0",
        ["/proc/irq/61/smp_affinity_list"] = "1-2",
        ["/proc/irq/62/smp_affinity_list"] = "0",
        ["/sys/class/net/veth0/uevent"] = "INTERFACE=veth0\nIFINDEX=3",
        ["/sys/class/net/veth0/iflink"] = "2",
        ["/sys/class/net/veth0/ifindex"] = "3",
        ["/sys/class/net/br0/uevent"] = "DEVTYPE=bridge\nINTERFACE=br0",
        ["/sys/class/net/br0/type"] = "1",
        ["/sys/class/net/dummy0/type"] = "1",
        ["/sys/class/net/dummy0/iflink"] = "5",
        ["/sys/class/net/dummy0/ifindex"] = "5",
        ["/sys/class/net/veth0/type"] = "1",
        ["/sys/class/net/veth0/speed"] = "10000",
        ["/sys/class/net/veth0/duplex"] = "full",
        ["/sys/class/net/down0/speed"] = "-1",
        ["/sys/class/net/down0/duplex"] = "unknown",
    };

    private static readonly Dictionary<string, string[]> Folders = new()
    {
        ["/sys/class/net/ens1f0/queues"] = ["rx-0", "rx-1", "tx-0", "tx-1", "tx-2"],
        ["/sys/class/net/ens1f0/device/msi_irqs"] = ["60", "61", "62"],
        ["/sys/class/net/veth0/queues"] = ["rx-0", "tx-0"],
    };

    [Fact]
    public void A_card_is_read_as_the_kernel_describes_it()
    {
        NetworkCard card = Read("ens1f0");
        Assert.Equal(new NetworkCard("ens1f0", "ixgbe", 10_000, "full", 9000, 2, 3, "0-2", "2-3,32"), card);
        Assert.Equal("ixgbe 10 Gbit/s", $"{card}");
    }

    [Fact]
    public void An_interface_without_a_device_is_its_kind()
    {
        NetworkCard veth = Read("veth0");
        Assert.Null(veth.SpeedMbit);
        Assert.Equal("veth", $"{veth}");
        Assert.Equal(("veth", 1, 1, null, null), (veth.Driver, veth.ReceiveQueues, veth.TransmitQueues, veth.InterruptCpus, veth.SteeringCpus));
        Assert.Equal(("bridge", "virtual"), (Read("br0").Driver, Read("dummy0").Driver));
        NetworkCard down = Read("down0");
        Assert.Equal((null, null, null, "down0"), (down.SpeedMbit, down.Duplex, down.Driver, $"{down}"));
    }

    [Fact]
    public void Counters_are_those_of_the_card_and_losses_are_summed()
    {
        CardCounters counters = NetworkCard.Counters("ens1f0", Card.GetValueOrDefault);
        Assert.Equal(new CardCounters(125_000_000, 1_125_000_000, 1000, 2000, 12), counters);
        Assert.Equal(new CardCounters(0, 0, 0, 0, 0), counters - counters);
        Assert.Equal(0.9, CardCounters.ShareOf(Math.Max(counters.ReceivedBytes, counters.SentBytes), 10_000, 1)!.Value, tolerance: 1e-9);
        Assert.Null(CardCounters.ShareOf(1, null, 1));
    }

    [Fact]
    public void The_interface_of_an_address_of_this_host_is_found()
    {
        NetworkCard? loopback = NetworkCard.Of(IPAddress.Loopback);
        Assert.Equal(("lo", "loopback"), (loopback?.Name, loopback?.Driver));
        Assert.True(NetworkCard.Counters("lo").ReceivedBytes >= 0);
        Assert.Null(NetworkCard.Of(IPAddress.Parse("192.0.2.1")));
    }

    private static NetworkCard Read(string name) =>
        NetworkCard.Read(name, Card.GetValueOrDefault, folder => Folders.GetValueOrDefault(folder, []));
}
