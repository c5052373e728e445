namespace ReuseBench.Linux.Tests;

public sealed class ClockDisciplineTests
{
    [Theory]
    [InlineData(0, LibC.STA_NANO, 12 * 65536, 900, 0, false, "ntp", 12, 900, 0)]
    [InlineData(0, LibC.STA_NANO, -3 * 65536, 40, 7000, true, "ptp", -3, 40, 7)] // 7 µs are being removed
    [InlineData(LibC.TIME_ERROR, LibC.STA_UNSYNC, 0, 16_000_000, 0, true, "free", 0, 16_000_000, 0)]
    [InlineData(0, LibC.STA_UNSYNC, 32768, 5, -9, false, "free", 0.5, 5, 9)] // microseconds without STA_NANO
    [InlineData(0, 0, 0, 0, 90_000, false, "ntp", 0, 0, 500)] // no faster than the kernel slews
    public void The_kernels_figures_are_read_in_their_units(
        int state, int status, long frequency, long maxError, long offset, bool hasCard, string kept, double ppm, double errorUs, double slewPpm) =>
        Assert.Equal(new ClockDiscipline(kept, ppm, errorUs, slewPpm), ClockDiscipline.Of(state, status, frequency, maxError, offset, hasCard));

    [Fact]
    public void The_state_of_this_hosts_clock_can_be_read_by_anybody()
    {
        ClockDiscipline clock = ClockDiscipline.Read();
        Assert.Contains(clock.State, (string[])["ptp", "ntp", "free"]);
        Assert.InRange(clock.FrequencyPpm, -500, 500);
        Assert.InRange(clock.MaxErrorUs, 0, 16_000_000);
        Assert.InRange(clock.SlewPpm, 0, 500);
    }
}
