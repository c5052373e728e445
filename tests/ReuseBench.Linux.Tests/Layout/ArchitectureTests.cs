using System.Globalization;
using System.Runtime.InteropServices;

namespace ReuseBench.Linux.Tests;

/// <summary>
/// What differs between x64 and arm64, and that nothing else does: the tables of both architectures are held to their headers wherever a compiler for
/// them is installed, whichever of them this is.
/// </summary>
public sealed class ArchitectureTests(HeaderProbe probe) : IClassFixture<HeaderProbe>
{
    public static TheoryData<Architecture, string> Compilers => new()
    {
        { Architecture.X64, "x86_64-linux-gnu-gcc" },
        { Architecture.Arm64, "aarch64-linux-gnu-gcc" },
    };

    /// <summary>Pointers, which a compiler does not count as constants; include/uapi/asm-generic/signal-defs.h has them for all.</summary>
    private static readonly string[] NoIntegers = ["SIG_ERR", "SIG_IGN"];

    [Theory]
    [InlineData(Architecture.X64, 321, 232, 281, 298)]
    [InlineData(Architecture.Arm64, 280, null, 22, 241)]
    public void System_calls_have_the_numbers_of_their_architecture(Architecture architecture, int bpf, int? epollWait, int epollPwait, int perf) =>
        Assert.Equal(new SystemCallNumbers(bpf, epollWait, epollPwait, perf), SystemCallNumbers.For(architecture));

    [Theory]
    [InlineData(Architecture.X64, 232, true)] // epoll_wait
    [InlineData(Architecture.X64, 22, false)] // pipe
    [InlineData(Architecture.X64, 441, true)] // epoll_pwait2
    [InlineData(Architecture.Arm64, 22, true)] // epoll_pwait
    [InlineData(Architecture.Arm64, 232, false)] // mincore
    [InlineData(Architecture.Arm64, 441, true)]
    public void A_thread_that_waits_for_events_is_known_by_its_system_call(Architecture architecture, int number, bool waits) =>
        Assert.Equal(waits, SystemCallNumbers.For(architecture).IsEpollWait(number));

    [Fact]
    public void An_architecture_whose_numbers_are_not_known_is_refused() =>
        Assert.Contains("x64 or arm64", Assert.Throws<PlatformNotSupportedException>(() => SystemCallNumbers.For(Architecture.RiscV64)).Message,
            StringComparison.Ordinal);

    [Theory]
    [MemberData(nameof(Compilers))]
    public void Layouts_numbers_and_constants_are_those_of_the_headers_of_the_architecture(Architecture architecture, string compiler)
    {
        SystemCallNumbers calls = SystemCallNumbers.For(architecture);
        List<(string Expression, long Value)> ours =
        [
            ("SYS_bpf", calls.Bpf),
            ("SYS_epoll_pwait", calls.EpollPwait),
            ("SYS_perf_event_open", calls.PerfEventOpen),
            .. calls.EpollWait is { } wait ? [("SYS_epoll_wait", wait)] : Array.Empty<(string, long)>(),
            .. StructLayoutTests.Ours(EpollEventLayout.For(architecture)).Select(entry => (entry.Key, entry.Value)),
            .. ConstantTests.All().Where(entry => !NoIntegers.Contains(entry.Expression)),
        ];
        Assert.True(ours.Count > 200, string.Create(CultureInfo.InvariantCulture, $"only {ours.Count} were found"));
        Assert.Empty(probe.Disagreements(compiler, ours));
    }
}
