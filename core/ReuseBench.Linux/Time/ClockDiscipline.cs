namespace ReuseBench.Linux;

/// <summary>
/// Who keeps this host's time, and how far off it may be by its own account, from
/// <see href="https://man7.org/linux/man-pages/man2/adjtimex.2.html">adjtimex(2)</see>, which is only read. CLOCK_MONOTONIC runs at the
/// same corrected speed as the time of day.
/// </summary>
/// <param name="State"><c>ptp</c>, <c>ntp</c> or <c>free</c>: a host clock that a card's clock is there for, one that is kept, one that nobody keeps.</param>
/// <param name="FrequencyPpm">Correction of the clock's speed in force.</param>
/// <param name="MaxErrorUs">By how much the time of day may be off; grows by 500 ppm where nobody keeps it, up to 16 s.</param>
/// <param name="SlewPpm">Correction beyond it, of an offset that is being removed now; 0 for none.</param>
public sealed record ClockDiscipline(string State, double FrequencyPpm, double MaxErrorUs, double SlewPpm)
{
    /// <summary>The kernel's unit: parts per million in 16.16 fixed point.</summary>
    private const double FrequencyUnit = 65536;

    /// <summary>ntp_loop(): an offset in progress is removed at a rate that is a share of it, at most as fast as this.</summary>
    private const double MostSlewPpm = 500;

    /// <summary>Reads it; nothing is changed, and no right is needed.</summary>
    /// <exception cref="LinuxException">The kernel refuses, as a container's filter of system calls may.</exception>
    public static unsafe ClockDiscipline Read()
    {
        LibC.ClockAdjustment clock = default;
        int state = LinuxException.ThrowIfError(LibC.Result(LibC.adjtimex(&clock)), "adjtimex", "the state of the clock");
        return Of(state, clock.Status, clock.Frequency, clock.MaxError, clock.Offset, SysText.NamesIn("/sys/class/ptp").Any());
    }

    /// <param name="state">What adjtimex returns.</param>
    /// <param name="status">STA_….</param>
    /// <param name="frequency">In 2⁻¹⁶ ppm.</param>
    /// <param name="maxErrorUs">Microseconds.</param>
    /// <param name="offset">Still to be removed, in nanoseconds with STA_NANO, else microseconds.</param>
    /// <param name="hasHardwareClock">Whether a card or hypervisor offers a clock (/dev/ptp*).</param>
    internal static ClockDiscipline Of(int state, int status, long frequency, long maxErrorUs, long offset, bool hasHardwareClock)
    {
        bool isKept = state != LibC.TIME_ERROR && (status & LibC.STA_UNSYNC) == 0;
        double offsetUs = (status & LibC.STA_NANO) != 0 ? offset / 1e3 : offset;
        return new ClockDiscipline(
            !isKept ? "free" : hasHardwareClock ? "ptp" : "ntp", frequency / FrequencyUnit, maxErrorUs, Math.Min(Math.Abs(offsetUs), MostSlewPpm));
    }
}
