// SPDX-License-Identifier: Apache-2.0
#pragma once

// All that a program needs besides its generated code.

#include "ferrule/base/error.h"
#include "ferrule/base/result.h"
#include "ferrule/base/unique_fd.h"
#include "ferrule/wire/bytes.h"
#include "ferrule/wire/expected.h"
#include "ferrule/bindings/associated_receiver.h"
#include "ferrule/bindings/associated_remote.h"
#include "ferrule/bindings/co_answer.h"
#include "ferrule/bindings/pending.h"
#include "ferrule/bindings/pending_associated.h"
#include "ferrule/bindings/receiver.h"
#include "ferrule/bindings/receiver_set.h"
#include "ferrule/bindings/remote.h"
#include "ferrule/bindings/remote_set.h"
#include "ferrule/bindings/reply.h"
#include "ferrule/bindings/self_owned_receiver.h"
#include "ferrule/sandbox/policy.h"
#include "ferrule/service/child_process.h"
#include "ferrule/service/connection.h"
#include "ferrule/service/listener.h"
#include "ferrule/service/runtime.h"
#include "ferrule/service/supervisor.h"
