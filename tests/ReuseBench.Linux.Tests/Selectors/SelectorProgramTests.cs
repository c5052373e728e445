namespace ReuseBench.Linux.Tests.Selectors;

/// <summary>Selectors on the real kernel.</summary>
public sealed class SelectorProgramTests
{
    [Fact]
    public void The_random_program_scatters_the_same_tuple() => FreshNamespace.Run(() =>
    {
        using ListenerGroup group = new(4);
        Assert.Equal(0, SocketCalls.AttachReuseportCbpf(group.Descriptors[0], ReuseportPrograms.AtRandom(4)));
        SockAddr same = ListenerGroup.Clients(1).Single();
        int[] owners = [.. Enumerable.Range(0, 200).Select(_ => group.Connect(same, out int _))];

        // 50 expected each; fewer than 20 at one of four: below 1e-6.
        Assert.All(Enumerable.Range(0, 4), l => Assert.InRange(owners.Count(o => o == l), 20, 100));
    });

    [Fact]
    public void The_CPU_program_picks_the_listener_of_the_receiving_CPU() => FreshNamespace.Run(() =>
    {
        using ListenerGroup group = new(2);
        int[] cpus = CpuAffinity.OfCurrentThread();
        CpuAffinity.SetCurrentThread(cpus.AsSpan(0, 1));

        // The listener of this CPU is the second: the hash would send half of them to the first.
        Assert.Equal(0, SocketCalls.AttachReuseportCbpf(group.Descriptors[0], ReuseportPrograms.ByCpu([9999, cpus[0]])));
        Assert.All(group.Connect(ListenerGroup.Clients(50)), owner => Assert.Equal(1, owner));
    });

    [Fact]
    public void Steering_moves_the_receiving_CPU_away_from_the_client() => FreshNamespace.Run(() =>
    {
        int[] cpus = CpuAffinity.OfCurrentThread();
        Assert.SkipUnless(cpus.Length > 1, "one CPU: there is no other to steer to");
        CpuAffinity.SetCurrentThread(cpus.AsSpan(0, 1));
        using ListenerGroup group = new(2);
        Assert.Equal(0, SocketCalls.AttachReuseportCbpf(group.Descriptors[0], ReuseportPrograms.ByCpu([cpus[0], cpus[1]])));
        SockAddr[] clients = [.. ListenerGroup.Clients(20)];
        _ = group.Connect(clients[0], out int own);
        Assert.Equal(cpus[0], own);

        ReceiveSteering.Set("lo", cpus.AsSpan(1, 1));
        Assert.Equal(1 << cpus[1], Convert.ToInt32(ReceiveSteering.Read("lo"), 16));
        foreach (SockAddr client in clients)
        {
            Assert.Equal((1, cpus[1]), (group.Connect(client, out int steered), steered));
        }
    });

    [Fact]
    public void SO_INCOMING_CPU_picks_the_listener_of_the_receiving_CPU() => FreshNamespace.Run(() =>
    {
        int[] cpus = CpuAffinity.OfCurrentThread();
        CpuAffinity.SetCurrentThread(cpus.AsSpan(0, 1));
        using ListenerGroup group = new(3);
        Assert.Equal(0, SocketCalls.SetOption(group.Descriptors[1], SocketOption.IncomingCpu, cpus[0]));
        Assert.All(group.Connect(ListenerGroup.Clients(50)), owner => Assert.Equal(1, owner));
    });

    [Fact]
    public void The_turns_program_takes_strict_turns() => FreshNamespace.Run(() =>
    {
        using ListenerGroup group = new(3);
        using BpfMap sockets = Sockets(group);
        using BpfMap counter = BpfMap.CreateArray(1);
        using BpfProgram program = Load("turns", ReuseportPrograms.InTurns(sockets, counter, 3));
        Assert.Equal(0, SocketCalls.AttachReuseportEbpf(group.Descriptors[0], program.Fd));
        Assert.Equal(Enumerable.Range(0, 30).Select(i => i % 3), group.Connect(ListenerGroup.Clients(30)));
        Assert.Equal(30, counter.Get(0));
    });

    [Fact]
    public void The_weight_program_picks_by_weight_and_keeps_a_tuple_where_it_is() => FreshNamespace.Run(() =>
    {
        using ListenerGroup group = new(3);
        using BpfMap sockets = Sockets(group);
        using BpfProgram program = Load("weight", ReuseportPrograms.ByWeight(sockets, [5, 3, 2]));
        Assert.Equal(0, SocketCalls.AttachReuseportEbpf(group.Descriptors[0], program.Fd));
        SockAddr[] clients = [.. ListenerGroup.Clients(1000)];
        int[] owners = group.Connect(clients);

        // Five standard deviations of Binomial(1000, p).
        Assert.InRange(owners.Count(o => o == 0), 421, 579);
        Assert.InRange(owners.Count(o => o == 1), 228, 372);
        Assert.InRange(owners.Count(o => o == 2), 137, 263);
        Assert.Equal(owners, group.Connect(clients));
    });

    [Theory]
    [InlineData(2)]
    [InlineData(5)]
    public void The_alive_program_goes_by_the_hash_and_past_workers_that_stand_still(int listeners) => FreshNamespace.Run(() =>
    {
        const int Minute = int.MaxValue;
        using ListenerGroup group = new(listeners);
        using BpfMap sockets = Sockets(group);
        SockAddr[] clients = [.. ListenerGroup.Clients(600)];
        int[] hashed = group.Connect(clients);
        using HeartbeatMap beats = HeartbeatMap.Create(listeners);
        using BpfProgram program = Load("alive", ReuseportPrograms.PastStalled(sockets, beats, Minute / 2));
        Assert.Equal(0, SocketCalls.AttachReuseportEbpf(group.Descriptors[0], program.Fd));

        // Nobody has ever shown that he lives: the kernel's own choice. Then all do: the same, by the program.
        Assert.Equal(hashed, group.Connect(clients));
        Beat(beats, Enumerable.Range(0, listeners));
        Assert.Equal(hashed, group.Connect(clients));

        // One stands still: its tuples go to the others, and evenly; those of the others stay.
        beats.Beat(1, 0);
        int[] past = group.Connect(clients);
        Assert.DoesNotContain(1, past);
        Assert.All(Enumerable.Range(0, clients.Length).Where(i => hashed[i] != 1), i => Assert.Equal(hashed[i], past[i]));
        int moved = hashed.Count(l => l == 1);
        double share = 1.0 / (listeners - 1);
        double bound = 5 * Math.Sqrt(moved * share * (1 - share));
        Assert.All(Enumerable.Range(0, listeners).Where(l => l != 1), l =>
        {
            int got = Enumerable.Range(0, clients.Length).Count(i => hashed[i] == 1 && past[i] == l);
            Assert.InRange(got, (moved * share) - bound, (moved * share) + bound);
        });

        // It moves again, and has its own back.
        Beat(beats, [1]);
        Assert.Equal(hashed, group.Connect(clients));

        // All but the last stand still.
        Beat(beats, [listeners - 1]);
        Assert.All(Enumerable.Range(0, listeners - 1), l => beats.Beat(l, 0));
        Assert.All(group.Connect(clients), owner => Assert.Equal(listeners - 1, owner));
    });

    [Fact]
    public void A_worker_stands_still_when_its_time_is_older_than_the_limit() => FreshNamespace.Run(() =>
    {
        const int LimitNs = 500_000_000;
        using ListenerGroup group = new(2);
        using BpfMap sockets = Sockets(group);
        using HeartbeatMap beats = HeartbeatMap.Create(2);
        using BpfProgram program = Load("alive", ReuseportPrograms.PastStalled(sockets, beats, LimitNs));
        Assert.Equal(0, SocketCalls.AttachReuseportEbpf(group.Descriptors[0], program.Fd));
        SockAddr[] clients = [.. ListenerGroup.Clients(50)];

        // The other is far ahead, so that only the first one's age decides.
        beats.Beat(1, MonotonicClock.NowNs() + (60L * 1_000_000_000));
        beats.Beat(0, MonotonicClock.NowNs() - LimitNs);
        Assert.All(group.Connect(clients), owner => Assert.Equal(1, owner));
        beats.Beat(0, MonotonicClock.NowNs() + (60L * 1_000_000_000));
        Assert.Equal([0, 1], group.Connect(clients).Distinct().Order());
    });

    [Theory]
    [InlineData(1)]
    [InlineData(64)]
    [InlineData(1024)]
    public void The_alive_program_passes_the_verifier_for_every_number_of_workers(int workers)
    {
        SkipWithoutRight();
        using BpfMap sockets = BpfMap.CreateReuseportSockets(workers);
        using HeartbeatMap beats = HeartbeatMap.Create(workers);
        using BpfProgram program = Load("alive", ReuseportPrograms.PastStalled(sockets, beats, stalledAfterNs: 1));
        Assert.True(program.Fd > 0);
        beats.Beat(workers - 1, 5);
        Assert.Equal((5, workers == 1 ? 5 : 0), (beats.LastNs(workers - 1), beats.LastNs(0)));
        Assert.Throws<ArgumentOutOfRangeException>(() => beats.Beat(workers, 5));
        beats.Dispose();
        Assert.Throws<ObjectDisposedException>(() => beats.Beat(0, 5));
    }

    [Fact]
    public void The_verifier_is_quoted_when_it_refuses()
    {
        SkipWithoutRight();
        LinuxException refused = Assert.Throws<LinuxException>(() =>
            BpfProgram.LoadReuseport("broken", new EbpfAssembler().Move(EbpfRegister.R0, EbpfRegister.R3).Exit().Assemble()));
        Assert.Contains("R3 !read_ok", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', refused.Message);
    }

    [Fact]
    public void A_jump_to_nowhere_is_refused() =>
        Assert.Throws<InvalidOperationException>(() => new EbpfAssembler().JumpIfEqual(EbpfRegister.R0, 0, "nowhere").Assemble());

    [Theory]
    [InlineData(new[] { 0 }, "00000001")]
    [InlineData(new[] { 1, 3 }, "0000000a")]
    [InlineData(new[] { 0, 33 }, "00000002,00000001")]
    [InlineData(new int[0], "00000000")]
    public void A_CPU_mask_is_written_in_words(int[] cpus, string mask) => Assert.Equal(mask, ReceiveSteering.Mask(cpus));

    private static void SkipWithoutRight()
    {
        try
        {
            BpfProgram.LoadReuseport("probe", new EbpfAssembler().Move(EbpfRegister.R0, 1).Exit().Assemble()).Dispose();
        }
        catch (LinuxException e) when (e.Errno.Code == ErrnoCode.EPERM)
        {
            Assert.Skip($"no right to load programs here: {e.Message}");
        }
    }

    private static void Beat(HeartbeatMap beats, IEnumerable<int> workers) => Assert.All(workers, worker => beats.Beat(worker, MonotonicClock.NowNs()));

    private static BpfMap Sockets(ListenerGroup group)
    {
        SkipWithoutRight();
        BpfMap map = BpfMap.CreateReuseportSockets(group.Descriptors.Count);
        for (int i = 0; i < group.Descriptors.Count; i++)
        {
            map.Set(i, group.Descriptors[i]);
        }

        return map;
    }

    private static BpfProgram Load(string name, EbpfInstruction[] instructions) => BpfProgram.LoadReuseport(name, instructions);
}
