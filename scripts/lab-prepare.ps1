<#
.SYNOPSIS
Prepares a Linux host for measuring, and puts everything back.

.DESCRIPTION
Shows each setting that limits a swarm on one host, what it is and what it becomes, then changes it: listen and SYN
queues, the range of ephemeral ports, the number of TIME_WAITs, the CPU frequency governor. A setting that is already good enough
is left alone. The old values are written to the state file before the first change; -Restore puts them back and removes the file.
Nothing outlives a reboot. Changes need root. Kernel settings are those of the network namespace it is called in.

.PARAMETER Restore
Put the recorded values back.

.PARAMETER StateFile
Where the old values are kept, /var/lib/reusebench/lab-prepare.state by default.

.PARAMETER HostRoot
Where the host's /proc and /sys are found, / by default; /host, say, in a container that has the host mounted there.

.PARAMETER Unknown
Not to be given: what is no argument ends up here, and is refused.

.PARAMETER WhatIf
Say what would be changed, and change nothing.

.EXAMPLE
pwsh scripts/lab-prepare.ps1 -WhatIf

.EXAMPLE
sudo pwsh scripts/lab-prepare.ps1

.EXAMPLE
sudo pwsh scripts/lab-prepare.ps1 -Restore
#>
#Requires -Version 7.3
[CmdletBinding(SupportsShouldProcess, PositionalBinding = $false)]
param(
    [switch] $Restore,
    [string] $StateFile = '/var/lib/reusebench/lab-prepare.state',
    [string] $HostRoot = '/',
    [Parameter(ValueFromRemainingArguments, DontShow)] [object[]] $Unknown
)

Set-StrictMode -Version 3.0
$ErrorActionPreference = 'Stop'

function Stop-Script([string] $sentence, [int] $code = 2) {
    [Console]::Error.WriteLine("lab-prepare.ps1: $sentence")
    exit $code
}

function Join-HostPath([string] $path) {
    [System.IO.Path]::Combine($HostRoot, $path)
}

function Read-Setting([string] $path) {
    [System.IO.File]::ReadAllText($path).TrimEnd("`n")
}

# One write(2) to a file that exists, which is what the kernel takes as one setting.
function Write-Setting([string] $path, [string] $value) {
    $file = [System.IO.FileStream]::new($path, [System.IO.FileMode]::Truncate, [System.IO.FileAccess]::Write, [System.IO.FileShare]::ReadWrite)
    try {
        $file.Write([System.Text.Encoding]::ASCII.GetBytes("$value`n"))
        $file.Flush()
    }
    finally {
        $file.Dispose()
    }
}

function Assert-Writable([string] $path) {
    try {
        [System.IO.FileStream]::new($path, [System.IO.FileMode]::Open, [System.IO.FileAccess]::Write, [System.IO.FileShare]::ReadWrite).Dispose()
    }
    catch {
        Stop-Script "${path}: no right to change it, and nothing was changed; run as root (sudo pwsh ...)"
    }
}

# What a setting should be: the larger of what it is and what is wanted, so that a host that was tuned further stays so.
function Get-AtLeast([string] $current, [long] $wanted) {
    [long] $current -ge $wanted ? $current : "$wanted"
}

# The wider of the two ranges. Low and high end differ in parity, as the kernel likes it: it gives bind(2) and connect(2) one each.
function Get-PortRange([string] $current, [int] $low, [int] $high) {
    $now = [int[]] ($current -split '\s+')
    $now[0] -le $low -and $now[1] -ge $high ? $current : "$([Math]::Min($now[0], $low))`t$([Math]::Max($now[1], $high))"
}

function Get-Governor([string] $current, [string] $available) {
    ($available -split '\s+') -ccontains 'performance' ? 'performance' : $current
}

# https://www.kernel.org/doc/html/latest/networking/ip-sysctl.html
# TIME_WAITs last 60 s: two million are 33,000 connections a second, closed by one side.
function Get-WantedSettings {
    $wish = [ordered] @{
        'proc/sys/net/core/somaxconn' = { Get-AtLeast $args[0] 65535 }
        'proc/sys/net/ipv4/tcp_max_syn_backlog' = { Get-AtLeast $args[0] 65535 }
        'proc/sys/net/ipv4/ip_local_port_range' = { Get-PortRange $args[0] 10240 65535 }
        'proc/sys/net/ipv4/tcp_max_tw_buckets' = { Get-AtLeast $args[0] 2000000 }
    }
    foreach ($name in $wish.Keys) {
        $path = Join-HostPath $name
        if ([System.IO.File]::Exists($path)) {
            $old = Read-Setting $path
            [pscustomobject] @{ Path = $path; Old = $old; New = & $wish[$name] $old }
        }
    }

    $cpus = Join-HostPath 'sys/devices/system/cpu'
    if ([System.IO.Directory]::Exists($cpus)) {
        foreach ($cpu in [System.IO.Directory]::GetDirectories($cpus, 'cpu*') | Where-Object { $_ -match '/cpu\d+$' }) {
            $path = [System.IO.Path]::Combine($cpu, 'cpufreq', 'scaling_governor')
            if ([System.IO.File]::Exists($path)) {
                $old = Read-Setting $path
                $available = Read-Setting ([System.IO.Path]::Combine($cpu, 'cpufreq', 'scaling_available_governors'))
                [pscustomobject] @{ Path = $path; Old = $old; New = Get-Governor $old $available }
            }
        }
    }
}

# The state file: the boot and the network namespace it belongs to, then one line PATH=VALUE for each setting.
function Get-BootId {
    Read-Setting (Join-HostPath 'proc/sys/kernel/random/boot_id')
}

function Get-NetworkNamespace {
    [System.IO.FileInfo]::new('/proc/self/ns/net').LinkTarget
}

function Read-State {
    $state = @{ Boot = ''; Namespace = ''; Old = [ordered] @{} }
    if ([System.IO.File]::Exists($StateFile)) {
        foreach ($line in [System.IO.File]::ReadAllLines($StateFile)) {
            $name, $value = $line -split '=', 2
            if ($null -eq $value) {
                Stop-Script "${StateFile}: '$line' is not NAME=VALUE; this is no state file of this script, name the right one with -StateFile"
            }
            elseif ($name -ceq 'boot') {
                $state.Boot = $value
            }
            elseif ($name -ceq 'namespace') {
                $state.Namespace = $value
            }
            else {
                $state.Old[$name] = $value
            }
        }
    }

    if ($state.Boot -eq (Get-BootId) -and $state.Namespace -ne (Get-NetworkNamespace)) {
        Stop-Script "${StateFile}: has the values of network namespace $($state.Namespace), and this is $(Get-NetworkNamespace); call it there, or name another file with -StateFile"
    }

    $state
}

function Write-State([System.Collections.IDictionary] $old) {
    $lines = @("boot=$(Get-BootId)", "namespace=$(Get-NetworkNamespace)") + @($old.Keys | ForEach-Object { "$_=$($old[$_])" })
    $null = [System.IO.Directory]::CreateDirectory([System.IO.Path]::GetDirectoryName($StateFile))
    [System.IO.File]::WriteAllLines("$StateFile.new", [string[]] $lines)
    [System.IO.File]::Move("$StateFile.new", $StateFile, $true)
}

# Sets every change, after it was shown; one that the kernel refuses keeps none of the others back. What went wrong is one line, and says
# how to get back.
function Set-All([object[]] $changes, [string] $afterFailure) {
    $refused = @(foreach ($change in $changes) {
            try {
                Write-Setting $change.Path $change.New
            }
            catch {
                "$($change.Path): the kernel does not take '$($change.New)' ($($_.Exception.InnerException.Message))"
            }
        })
    if ($refused.Count -gt 0) {
        Stop-Script "$($refused -join '; '); $afterFailure" 1
    }
}

function Get-Line([object] $change) {
    "$($change.Path): $($change.Old -replace '\s+', ' ') -> $($change.New -replace '\s+', ' ')"
}

function Restore-Host {
    $state = Read-State
    if ($state.Boot -eq '') {
        "${StateFile}: not there, so nothing is to be put back"
        return
    }

    if ($state.Boot -ne (Get-BootId)) {
        if ($PSCmdlet.ShouldProcess("Remove ${StateFile}: the host was booted since, which has put everything back", '', '')) {
            [System.IO.File]::Delete($StateFile)
            "${StateFile}: removed; the host was booted since, which has put everything back"
        }

        return
    }

    # The file says what root writes where: settings of this script, and nothing else.
    $known = @(Get-WantedSettings | ForEach-Object { $_.Path })
    $changes = @(foreach ($path in $state.Old.Keys) {
            if ($known -cnotcontains $path) {
                Stop-Script "${StateFile}: $path is no setting that this script changes, and nothing was put back; name the right file with -StateFile"
            }

            [pscustomobject] @{ Path = $path; Old = Read-Setting $path; New = $state.Old[$path] }
        })
    if (-not $WhatIfPreference) {
        $changes | ForEach-Object { Assert-Writable $_.Path }
    }

    $agreed = @($changes | Where-Object { $PSCmdlet.ShouldProcess((Get-Line $_), '', '') })
    if ($agreed.Count -eq $changes.Count) {
        $changes | ForEach-Object { Get-Line $_ }
        Set-All $changes "the others are put back, and ${StateFile} still has the old values"
        [System.IO.File]::Delete($StateFile)
    }
    elseif (-not $WhatIfPreference) {
        "nothing was put back: -Restore puts back all or nothing, and ${StateFile} still has the old values"
    }
}

function Initialize-Host {
    $settings = @(Get-WantedSettings)
    $changes = @($settings | Where-Object { $_.Old -cne $_.New })
    if (-not $WhatIfPreference) {
        $changes | ForEach-Object { Assert-Writable $_.Path }
    }

    $agreed = @($changes | Where-Object { $PSCmdlet.ShouldProcess((Get-Line $_), '', '') })
    if ($agreed.Count -gt 0) {
        # A second call must not take the first one's values for the host's own.
        $state = Read-State
        $old = $state.Boot -eq (Get-BootId) ? $state.Old : [ordered] @{}
        foreach ($change in $agreed) {
            if (-not $old.Contains($change.Path)) {
                $old[$change.Path] = $change.Old
            }
        }

        Write-State $old
        $agreed | ForEach-Object { Get-Line $_ }
        Set-All $agreed 'the others are set, and -Restore puts back what was changed'
        "old values: ${StateFile}; -Restore puts them back"
    }
    elseif ($changes.Count -eq 0) {
        'nothing to change: the host is prepared'
    }

    if (-not ($settings | Where-Object { $_.Path.EndsWith('scaling_governor') })) {
        'note: no CPU frequency governor to set here (a virtual machine has none); the clock is as the host below gives it'
    }

    $limit = [System.IO.File]::ReadAllLines('/proc/self/limits') | Where-Object { $_.StartsWith('Max open files') }
    if ($limit -match '^Max open files\s+\d+\s+(?<hard>\d+)' -and [long] $Matches.hard -lt 1048576) {
        "note: at most $($Matches.hard) open files a process, of which each connection takes one; 'ulimit -Hn 1048576' as root, or LimitNOFILE= of the service, raises it"
    }
}

if ($Unknown) {
    Stop-Script "'$($Unknown[0])' is not an argument; there are -Restore, -StateFile FILE, -HostRoot DIRECTORY and -WhatIf (Get-Help scripts/lab-prepare.ps1)"
}

$here = $ExecutionContext.SessionState.Path.CurrentFileSystemLocation.ProviderPath
$HostRoot = [System.IO.Path]::GetFullPath($HostRoot, $here)
$StateFile = [System.IO.Path]::GetFullPath($StateFile, $here)
if (-not [System.IO.Directory]::Exists((Join-HostPath 'proc/sys'))) {
    Stop-Script "${HostRoot}: no proc/sys in it; -HostRoot names the directory that has the host's /proc and /sys"
}

try {
    if ($Restore) {
        Restore-Host
    }
    else {
        Initialize-Host
    }
}
catch [System.Management.Automation.MethodInvocationException] {
    Stop-Script "$($_.Exception.InnerException.Message)" 1
}

exit 0
